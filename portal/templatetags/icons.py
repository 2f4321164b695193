"""Icons, under the name of the package that has them: it puts the XML of each together anew wherever one stands, thirty times a
page. Here each is drawn once."""

from functools import cache

from django import template
from heroicons.templatetags import heroicons

register = template.Library()

for draw in (heroicons.heroicon_micro, heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    register.simple_tag(cache(draw), name=draw.__name__)
