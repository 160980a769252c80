"""The words of churnml, each with one meaning: docs/glossary.md is made of this table, and so are the legends of workbook and page."""

LIST = "The list"
"""The group that whoever reads a list finds beside it, on paper, in a workbook or in a browser."""

WORDS = (
    ("Customers and contracts", (
        ("account", "The paying customer, the unit of prediction (`account_id`)."),
        ("book", "A company's customers and their histories as one data set (`sample`, or yours); the *current book* is its accounts with a live contract on a day."),
        ("term", "One row of the contract table: `[start_date, end_date)` with ARR, seats and plan. An account may hold several at once."),
        ("ARR ledger", "An account's annual recurring revenue as a step function of time, summed over live terms; a gap of up to `grace_days` does not break it."),
        ("grace", "The days after a term's end in which the next may yet be recorded. An account in grace stands on no list and is not yet counted as churned."),
        ("renewal", "A date on which terms end and a decision is due."),
        ("rolling terms", "Terms too short (under `min_fixed_term_days`) to have a renewal: the account gets `as_of + rolling_horizon_days` in its place."),
        ("notice", "A cancellation announced before the term's end: a fact, so nothing is left to predict."),
        ("CSM", "Customer success manager: who looks after the account and reads the list."),
        ("delivery", "One export of raw files. A later delivery may repeat, correct or withdraw the rows of an earlier one."),
        ("quarantine", "Where rows that cannot be true are put on entry, each with a reason; over a limit the run stops."),
        ("cohort", "Accounts that started in the same period. The accounts in scope of a question are `eligible`, never a cohort."),
    )),
    ("Time", (
        ("as_of", "The as-of date: the day we stand on. Only facts with `known_at < as_of` exist."),
        ("occurred_at", "When something happened."),
        ("known_at", "When it could have been known: a ticket's `resolved_at` is known only then."),
        ("door", "The only way out of the tables: SQL that a feature names as `{door}` gives the rows known on the day and no others."),
        ("snapshot", "One account on one as-of date, with the renewal it looks at. Training has many a renewal, scoring one an account."),
        ("lead_days", "Days from a snapshot's as-of date to its renewal."),
        ("window", "The past that a feature looks at: `[as_of - w, as_of)`. Every interval is half-open."),
        ("ripe", "Said of a renewal whose day and grace lie in the past, so that its outcome is known."),
        ("cutoff", "The date that parts train from test in a fold: what trains is ripe by then, what tests is as of then or later."),
        ("fold", "One cutoff with its training and test snapshots. Folds roll forward in time and are never drawn at random."),
        ("embargo", "Snapshots set aside shortly before a cutoff, since on that day nobody knew how they would end."),
        ("hindsight", "Scoring a day that the model has since learned from: such a list is no test of it."),
    )),
    ("Outcomes and money", (
        ("outcome", "ARR after renewal and grace against ARR on the as-of date: churn, contraction, flat or expansion, exclusive and exhaustive."),
        ("churn", "The outcome that no ARR is left. *Logo churn* counts accounts, *revenue churn* dollars; there is no bare churn rate."),
        ("contraction", "The outcome that ARR is lower, beyond the tolerance of params.yaml, and not zero."),
        ("expansion", "The outcome that ARR is higher, beyond the same tolerance."),
        ("GRR", "Gross revenue retention: what the opening accounts kept of their ARR, growth not counted; at most 1."),
        ("NRR", "Net revenue retention: the same with growth counted."),
        ("base rate", "The share of past snapshots that ended in the outcome; a chance is shown as a multiple of it."),
        ("capacity", "How many accounts the team can call, as a share of the book, rounded up."),
        ("expected loss", "Chance to leave x ARR."),
    )),
    ("Models and evidence", (
        ("feature", "One column a model may see, declared once: source, aggregate, windows, unit, concept, phrase, directions, meaning of no rows."),
        ("concept", "A family of features that a person sees as one thing ('active users'): one reason each."),
        ("contribution", "What a feature adds to an account's log-odds; contributions and the base sum to the score exactly (SHAP values)."),
        ("candidate", "A model that may be chosen for an outcome."),
        ("baseline", "What a candidate has to beat: base rate, best single column, rules health score, logistic regression."),
        ("contender", "Whoever is judged in a backtest: a candidate or a baseline."),
        ("verdict", "Grade A to D or 'no proven signal' for an outcome, from the backtest with its intervals."),
        ("champion", "The model that was promoted for an outcome and scores the list. In an experiment of DVC the alias is `challenger`."),
        ("bundle", "A fitted model as files: model, calibration, features, reference rows and a fingerprint that is compared when it is loaded."),
        ("rules health score", "0 to 100 by the team's own rules in params.yaml, in components."),
        ("fitted health score", "The same components, weighed as past renewals showed."),
    )),
    (LIST, (
        ("Notice given", "Known, not predicted: all ARR is at stake, lost unless won back; it takes none of the calls."),
        ("New", "A customer for too short a time to judge: no chance is shown, and it comes after the others."),
        ("A chance", "A probability learned from past renewals: an association found in history, not a cause."),
        ("Held", "A risk band moves after two readings in a row, so that one reading alone flips nobody; a notice moves it at once."),
        ("Why", "Facts about the account beside its own past and similar accounts (same segment and tenure), strongest first; 'but' points the other way."),
        ("Advice", "What your team's plays.yaml says to do about the first reason: a rule of thumb, not a measured remedy."),
        ("No proven signal", "Where a verdict says so, no chance is shown and the rules health score gives the order."),
        ("Two health scores", "The same parts twice: 'rules' weighs them as your team says, 'fitted' as past renewals showed."),
    )),
    ("Behind the list", (
        ("band", "An account's risk in a word: notice given, high, elevated, normal or new. The *reading* is what today alone would say."),
        ("top_drivers", "The concepts that are the first reason of most accounts at risk; sheet, page and JSON call these roadblocks."),
        ("list snapshot", "One day's list with all that is said of it, before it is written in any file format."),
        ("look back", "Scoring an earlier day in memory with today's models, where no list was published then to compare with."),
        ("silent decline", "Use that fell while nobody spoke up: no ticket, no contact, no answer. Silence is evidence, not health."),
        ("play", "An entry of plays.yaml: what the team does about a reason, who does it, and within how many days."),
    )),
)  # fmt: skip
"""Groups of words with what each means, as Markdown of one line."""

TERMS = dict(WORDS)[LIST]

HEAD = """# Glossary

One meaning each, in code, docs and columns. Written by `churnml glossary > docs/glossary.md`. What each column of the list means stands in
[list.md](list.md), what each feature says in [features.md](features.md).
"""


def page() -> str:
    """The page as Markdown: a table a group."""
    tables = (
        "\n".join([f"## {group}", "", "| Word | Meaning |", "|---|---|", *(f"| {word} | {text} |" for word, text in words), ""])
        for group, words in WORDS
    )  # fmt: skip
    return "\n".join([HEAD, *tables])
