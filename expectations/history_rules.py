"""Rules about builds over time: a drop in our own reading breaks one on the next build.

Belongs here: when a build is worse than the one whose warehouse is published. Doesn't belong here: what is noted of
a build (``dagster_project.run_history``).
"""

from expectations.rule import Rule

#: Reports of a layout that both builds have and could assess before; fewer tell nothing.
FEWEST_REPORTS = 20
#: The failures of a layout must grow by this factor, …
GROWTH_OF_FAILURES = 2
#: … and by as many reports at least: from none to one is no doubling.
FEWEST_MORE_FAILURES = 3


def recall_does_not_fall() -> Rule:
    """The bundled gold reports, where both builds had the same ones."""
    return Rule(
        "recall_does_not_fall",
        "ours",
        "quality",
        "run_history",
        "The bundled gold reports are read no worse than by the build whose warehouse is published. / "
        "随附样本报告的读取结果不差于已发布数据库的那次构建。",
        """
        select
            runs.run_number, runs.gold_recall, before.gold_recall as recall_before,
            runs.gold_wrong, before.gold_wrong as wrong_before
        from {batch} as runs
        inner join quality.run_history as before on runs.baseline_run_number = before.run_number
        where
            runs.run_number = (select max(run_number) from quality.run_history)
            and before.gold_recall is not null
            and (runs.gold_fingerprint is null or runs.gold_fingerprint = before.gold_fingerprint)
            -- samples that can't be scored any more are a fall too
            and not coalesce(runs.gold_recall >= before.gold_recall and runs.gold_wrong <= before.gold_wrong, false)
        """,
    )


def failure_rates_do_not_double() -> Rule:
    """By layout, over the reports that both builds have: the same bytes can't get worse by themselves."""
    return Rule(
        "failure_rates_do_not_double",
        "ours",
        "quality",
        "run_layouts",
        "In no layout do twice as many of the same reports fail an enforced identity as in the published warehouse. / "
        "任一版式中，同一批报告未通过强制勾稽关系的数量不达已发布数据库的两倍。",
        f"""
        select run_number, layout, reports_compared, failing_before, failing_now
        from {{batch}}
        where
            run_number = (select max(run_number) from quality.run_history)
            and reports_compared >= {FEWEST_REPORTS}
            and failing_now >= {GROWTH_OF_FAILURES} * failing_before
            and failing_now - failing_before >= {FEWEST_MORE_FAILURES}
        """,
    )
