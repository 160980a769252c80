# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A look at the book
#
# Four questions about the book in use, answered from what the pipeline made (`make run` first):
# how long do customers stay, what does usage do before they leave, does the score find them, and why is one account on the list?

# %%
import matplotlib.pyplot as plt
import pandas as pd
import shap
from IPython.display import Image, display
from lifelines import KaplanMeierFitter

from churnml.data.revenue import create_ledger
from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.formats.terminal.account import explain
from churnml.learn.artifact.bundle import Bundle
from churnml.paths import Paths, newest

places = Paths.here()
settings, _ = places.settings("score")
tables = Tables(places.path("ingest", "tables"))
con = tables.connect()
create_ledger(con, settings.revenue.grace_days)
print(f"book '{tables.book}', drawn on {tables.last_day}")

# %% [markdown]
# ## How long do customers stay?
#
# A cohort is the accounts that started in the same year. The curves are Kaplan-Meier estimates: accounts that are still customers
# count as 'at least this long'.

# %%
lives = con.execute(f"""
    SELECT account_id, year(min(from_day)) AS cohort, date_diff('day', min(from_day), least(max(to_day), DATE '{tables.last_day}')) AS days,
           max(to_day) < DATE '{tables.last_day}' AS has_left
    FROM ledger GROUP BY account_id HAVING days > 0""").df()

fig, axis = plt.subplots(figsize=(8, 4))
for cohort, accounts in lives.groupby("cohort"):
    curve = KaplanMeierFitter(label=f"{cohort} ({len(accounts)} accounts)").fit(
        accounts["days"] / 30.4, accounts["has_left"]
    )
    curve.plot_survival_function(ax=axis, ci_show=False)
axis.set(
    xlabel="months since the start",
    ylabel="share still a customer",
    title="Retention by cohort",
    ylim=(0, 1.02),
)
plt.show()

# %% [markdown]
# ## What does usage do before an account leaves, and before it renews?

# %%
outcomes = pd.read_parquet(places.path("label", "outcomes"))
ripe = outcomes[outcomes["is_ripe"]].drop_duplicates(["account_id", "renewal"])
con.register("decisions", ripe[["account_id", "renewal", "outcome"]])
weeks = con.execute("""
    WITH weekly AS (
        SELECT d.account_id, d.renewal, d.outcome, -((date_diff('day', u.clock, d.renewal) - 1) // 7) AS week, sum(u.quantity) AS events
        FROM decisions d JOIN usage u ON u.account_id = d.account_id AND u.clock < d.renewal AND u.clock >= d.renewal - INTERVAL 182 DAY
        GROUP BY ALL)
    SELECT w.outcome, w.week, sum(w.events) / any_value(n.decisions) AS events
    FROM weekly w JOIN (SELECT outcome, count(*) AS decisions FROM decisions GROUP BY outcome) n USING (outcome)
    GROUP BY w.outcome, w.week ORDER BY week""").df()
level = weeks.pivot_table(index="week", columns="outcome", values="events")
level = level / level.loc[level.index < -13].mean()

fig, axis = plt.subplots(figsize=(8, 4))
level.plot(ax=axis)
axis.set(
    xlabel="weeks before the renewal",
    ylabel="usage against its own level half a year before",
    title="Usage before the decision",
)
plt.show()

# %% [markdown]
# ## Does the score find them?
#
# Share of the lost ARR that a team would have reached by working down the list, on renewals the model had not seen.

# %%
for chart in sorted(places.path("evaluate", "charts").glob("*_arr_caught.png")):
    display(Image(chart))

# %% [markdown]
# ## Why is one account on the list?
#
# The plain reasons, and below them the arithmetic: what each concept adds to the account's log-odds of leaving. It is an association in
# past renewals, not a cause.

# %%
listed = newest(places.path("score", "lists"))
first = pd.read_parquet(listed / "risk_list.parquet").sort_values("rank")["account_id"].iloc[0]
print(explain(listed, first))

# %%
champion = places.path("score", "champion") / "churn"
if champion.is_dir():
    bundle = Bundle.load(champion)
    today = current(tables, tables.last_day, settings.revenue, settings.snapshots).query(
        "account_id == @first"
    )
    scores = bundle.score(tables, today)
    concepts = {f.column: f.concept for f in bundle.features}
    grouped = scores.contributions.T.groupby(concepts).sum().T
    shap.plots.waterfall(
        shap.Explanation(
            grouped.iloc[0].to_numpy(), base_values=scores.base, feature_names=list(grouped.columns)
        )
    )
