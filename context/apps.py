from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContextConfig(AppConfig):
    name = "context"
    verbose_name = _("Partner context")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from context.actions import forgetting, handovers, retention, splits
        from context.actions.columns import record_columns
        from context.actions.data_points import install_data_points
        from context.actions.facts import rebuild_profile_facts
        from context.actions.merges import give_facts_to
        from context.actions.metrics import install_metrics
        from context.actions.performance import check_typed_figure
        from context.actions.stages import record_stage_move
        from context.actions.tiers import record_tier_move
        from context.membership import Reader
        from context.queries.criteria_uses import criteria_that_name, uses_in_criteria
        from context.queries.data_point_uses import (
            points_required_of,
            surveys_answered_by,
            uses_in_mappings,
            uses_in_reviews,
            uses_in_scorecards,
            uses_in_segments,
            uses_in_surveys,
            uses_on_pages,
        )
        from context.queries.evidence import sees_what_it_proves
        from context.queries.merges import differing_facts
        from context.queries.notes import notes_panel, sees_note_of
        from context.queries.partner_facts import facts_panel, performance_panel, records_panel
        from context.queries.partner_standing import scorecards_panel, standing_panel
        from context.queries.review_needs import review_needs
        from context.queries.reviews import collecting_panel
        from context.queries.rule_users import rules_naming, rules_of_segments, rules_of_stages, rules_of_tiers, tiers_by_rule
        from context.queries.segment_uses import segments_and_surveys_for
        from context.queries.standing_needs import standing_needs
        from context.queries.visibility import hidden_columns_and_rows, sight_of
        from context.rule_users import register_rule_users
        from context.segment_uses import register_segment_uses
        from context.uses import register_uses
        from partners.actions.columns import register_column_recorder
        from partners.actions.moves import register_recorder
        from partners.merging import register_comparer, register_follower, register_same_person
        from partners.models import PerformanceRecord
        from partners.panels import register_needs, register_panel
        from partners.row_checks import register_row_check
        from partners.visibility import register_evidence_reader, register_sight, register_visibility
        from partners.word_uses import register_word_uses
        from search.sources import read_as

        post_migrate.connect(install_data_points, sender=self, dispatch_uid="context.install_data_points")
        forgetting.register()
        retention.register()
        handovers.register()
        splits.register()
        register_kind("places", "tier", "stage")
        register_kind("knowledge", "fact", "survey", "review", "note", "import")
        post_migrate.connect(install_metrics, sender=self, dispatch_uid="context.install_metrics")
        register_recorder(record_stage_move)
        register_recorder(record_tier_move)
        register_column_recorder(record_columns)
        may_view = "partners.view_enrolment"
        register_panel("performance", "admin/context/standing_panel.html", standing_panel, permission=may_view, order=10)
        may_view = "context.view_scorecard"
        register_panel("performance", "admin/context/scorecards_panel.html", scorecards_panel, permission=may_view, order=20)
        read_as(Reader)
        register_visibility(hidden_columns_and_rows)
        register_sight(sight_of)
        register_evidence_reader(sees_what_it_proves)
        register_needs(review_needs)
        register_needs(standing_needs)
        register_evidence_reader(sees_note_of)
        register_uses(uses_in_segments)
        register_uses(uses_on_pages)
        register_uses(uses_in_scorecards)
        register_uses(uses_in_surveys)
        register_uses(uses_in_reviews)
        register_uses(uses_in_mappings)
        for read in (rules_of_segments, rules_of_tiers, rules_of_stages):
            register_rule_users(read)
        for uses in (rules_naming, tiers_by_rule, surveys_answered_by, points_required_of):
            register_word_uses(uses)
        register_follower(rebuild_profile_facts)
        register_same_person(give_facts_to)
        register_comparer(differing_facts)
        register_row_check(PerformanceRecord, check_typed_figure)
        register_segment_uses(segments_and_surveys_for)
        register_segment_uses(criteria_that_name)
        register_uses(uses_in_criteria)
        may_view = "partners.view_performancerecord"
        register_panel("performance", "admin/context/performance_panel.html", performance_panel, permission=may_view, order=5)
        register_panel("performance", "admin/context/records_panel.html", records_panel, order=90)
        register_panel("context", "admin/context/facts_panel.html", facts_panel, permission="context.view_fact", order=10)
        register_panel("work", "admin/context/collecting_panel.html", collecting_panel, permission="context.view_review", order=40)
        register_panel("work", "admin/context/notes_panel.html", notes_panel, permission="context.view_note", order=20)
