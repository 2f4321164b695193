from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContextConfig(AppConfig):
    name = "context"
    verbose_name = _("Partner context")

    def ready(self) -> None:
        self._come_with_the_tables()
        _join_registries()
        _follow_partners()
        _say_who_sees_what()
        _tell_what_is_used()
        _stand_on_pages()

    def _come_with_the_tables(self) -> None:
        from context.actions.data_points import install_data_points
        from context.actions.metrics import install_metrics

        post_migrate.connect(install_data_points, sender=self, dispatch_uid="context.install_data_points")
        post_migrate.connect(install_metrics, sender=self, dispatch_uid="context.install_metrics")


def _join_registries() -> None:
    from activity.kinds import register_kind
    from context.actions import forgetting, handovers, retention, splits

    for nouns in (forgetting, retention, handovers, splits):
        nouns.register()
    register_kind("places", "tier", "stage")
    register_kind("knowledge", "fact", "survey", "review", "note", "import")


def _follow_partners() -> None:
    """What happens to partners, their places and their columns is taken up in the ledger."""
    from context.actions.columns import record_columns
    from context.actions.facts import rebuild_profile_facts
    from context.actions.merges import give_facts_to
    from context.actions.performance import check_typed_figure
    from context.actions.stages import record_stage_move
    from context.actions.tiers import record_tier_move
    from context.queries.merges import differing_facts
    from partners.actions.columns import register_column_recorder
    from partners.actions.moves import register_recorder
    from partners.merging import register_comparer, register_follower, register_same_person
    from partners.models import PerformanceRecord
    from partners.row_checks import register_row_check

    register_recorder(record_stage_move)
    register_recorder(record_tier_move)
    register_column_recorder(record_columns)
    register_follower(rebuild_profile_facts)
    register_same_person(give_facts_to)
    register_comparer(differing_facts)
    register_row_check(PerformanceRecord, check_typed_figure)


def _say_who_sees_what() -> None:
    from context.membership import Reader
    from context.queries.evidence import sees_what_it_proves
    from context.queries.notes import sees_note_of
    from context.queries.visibility import hidden_columns_and_rows, sight_of
    from partners.visibility import register_evidence_reader, register_sight, register_visibility
    from search.sources import read_as

    read_as(Reader)
    register_visibility(hidden_columns_and_rows)
    register_sight(sight_of)
    register_evidence_reader(sees_what_it_proves)
    register_evidence_reader(sees_note_of)


def _tell_what_is_used() -> None:
    from context.queries import data_point_uses as of_points
    from context.queries import rule_users as of_rules
    from context.queries.criteria_uses import criteria_that_name, uses_in_criteria
    from context.queries.segment_uses import segments_and_surveys_for
    from context.rule_users import register_rule_users
    from context.segment_uses import register_segment_uses
    from context.uses import register_uses
    from partners.word_uses import register_word_uses

    for uses in (
        of_points.uses_in_segments, of_points.uses_on_pages, of_points.uses_in_scorecards, of_points.uses_in_surveys,
        of_points.uses_in_reviews, of_points.uses_in_mappings, uses_in_criteria,
    ):  # fmt: skip
        register_uses(uses)
    for rules in (of_rules.rules_of_segments, of_rules.rules_of_tiers, of_rules.rules_of_stages):
        register_rule_users(rules)
    for words in (of_rules.rules_naming, of_rules.tiers_by_rule, of_points.surveys_answered_by, of_points.points_required_of):
        register_word_uses(words)
    register_segment_uses(segments_and_surveys_for)
    register_segment_uses(criteria_that_name)


def _stand_on_pages() -> None:
    """Of a partner's page, and of what a manager's work is."""
    from context.queries.notes import notes_panel
    from context.queries.partner_facts import facts_panel, performance_panel, records_panel
    from context.queries.partner_standing import scorecards_panel, standing_panel
    from context.queries.review_needs import review_needs
    from context.queries.reviews import collecting_panel
    from context.queries.standing_needs import standing_needs
    from partners.panels import register_needs, register_panel

    for tab, name, panel, permission, order in (
        ("performance", "performance", performance_panel, "partners.view_performancerecord", 5),
        ("performance", "standing", standing_panel, "partners.view_enrolment", 10),
        ("performance", "scorecards", scorecards_panel, "context.view_scorecard", 20),
        ("context", "facts", facts_panel, "context.view_fact", 10),
        ("work", "notes", notes_panel, "context.view_note", 20),
        ("work", "collecting", collecting_panel, "context.view_review", 40),
    ):
        register_panel(tab, f"admin/context/{name}_panel.html", panel, permission=permission, order=order)
    register_panel("performance", "admin/context/records_panel.html", records_panel, order=90)
    register_needs(review_needs)
    register_needs(standing_needs)
