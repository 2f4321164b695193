"""Whose an address is, by its domain. A domain that gives a mailbox to anybody says nothing about where somebody works."""

PUBLIC = frozenset(
    """
    126.com 163.com aim.com alice.it aol.com aol.de arcor.de bigpond.com bk.ru bluewin.ch btinternet.com charter.net
    comcast.net cox.net duck.com earthlink.net email.com email.cz email.de fastmail.com fastmail.fm free.fr freemail.hu
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com hey.com home.nl hotmail.co.uk
    hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com inbox.lv inbox.ru interia.pl
    juno.com kpnmail.nl laposte.net libero.it list.ru live.co.uk live.com live.de live.fr live.nl mac.com mail.com
    mail.de mail.ee mail.ru mailbox.org mailinator.com me.com msn.com naver.com neuf.fr o2.pl onet.pl online.de op.pl
    orange.fr outlook.com outlook.de outlook.es outlook.fr pm.me posteo.de posteo.net proton.me protonmail.ch
    protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com sbcglobal.net seznam.cz sfr.fr sina.com sky.com
    t-online.de telenet.be telia.com terra.com.br tiscali.it tuta.io tutanota.com tutanota.de uol.com.br verizon.net
    virgilio.it virginmedia.com wanadoo.fr web.de windowslive.com wp.pl xs4all.nl yahoo.ca yahoo.co.in yahoo.co.jp
    yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com
    zoho.com zoznam.sk
    """.split()  # noqa: SIM905 - a list that is read by people
)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def is_public(domain: str) -> bool:
    return domain in PUBLIC
