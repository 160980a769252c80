"""The laws of the sample world. These numbers define its truth; they are no settings.

Log-odds weights are per unit of a driver; the drivers themselves are defined in ``choice.py``.
"""

# --- who signs ---
RHYTHMS = ("annual", "two-year", "three-year", "rolling")
RHYTHM_SHARES = (0.70, 0.09, 0.05, 0.16)
RHYTHM_MONTHS = (12, 24, 36, 1)
ROLLING = RHYTHMS.index("rolling")
OPENING_SHARE = 0.45  # of accounts on terms that signed in the year before the book opens
LAST_SIGNING = 60  # days before today
SEGMENTS = ("SMB", "Mid-Market", "Enterprise")
SEGMENT_SHARES = (0.55, 0.32, 0.13)
SEGMENT_SEATS = (5.0, 12.0, 26.0)  # medians
SEATS_SPREAD = 0.5
SEATS_MOST = 150
SEGMENT_FROM_SEATS = (0, 18, 48)  # an account that grows past these is moved up
PLANS = ("Starter", "Team", "Business")
PLAN_SHARES = ((0.6, 0.35, 0.05), (0.15, 0.6, 0.25), (0.0, 0.3, 0.7))  # by segment
PLAN_PRICES = (290.0, 460.0, 690.0)  # dollars a seat and year
PRICE_SPREAD = 0.18
PRODUCTS = ("Core", "Analytics", "Automation", "Support Plus")
# How many add-on products they begin with, by segment.
EXTRAS = ((0.72, 0.2, 0.06, 0.02), (0.5, 0.3, 0.15, 0.05), (0.25, 0.35, 0.25, 0.15))
EXTRA_PRICE = 0.2  # of the core product's price
STALLED = 0.17  # share whose onboarding stalls
INDUSTRIES = ("Software", "Manufacturing", "Healthcare", "Retail", "Logistics", "Education", "Finance")
REGIONS = ("North America", "EMEA", "APAC", "LATAM")
REGION_SHARES = (0.45, 0.33, 0.15, 0.07)

# --- how states move (a month is a step) ---
PERSISTENCE = 0.965
FIXED = {"vitality": 0.55, "breadth": 0.6, "friction": 0.4, "feeling": 0.4, "lateness": 0.7, "growth": 0.6}
DECLINE_HAZARD, DECLINE_FIRST, DECLINE_MONTHS, DECLINE_RECOVERS = 0.012, 4, 10, 0.15
CHAMPION_HAZARD, CHAMPION_FIRST, CHAMPION_FULL, CHAMPION_FADE = 0.009, 3, 12, 12
MOOD_VITALITY, MOOD_FRICTION, MOOD_DECLINE, MOOD_FEELING = 0.4, -0.5, -0.6, 0.7
UTILISATION = {"level": 0.66, "vitality": 0.17, "decline": -0.42, "champion": -0.06, "stalled": -0.10}
UTILISATION_LEAST, UTILISATION_MOST = 0.04, 1.15
RAMP = (0.45, 0.75, 0.92)  # adoption in the first months
# What growth adds to utilisation a month, and its limits.
GROWTH_STEP, GROWTH_LEAST, GROWTH_MOST = 0.014, -0.2, 0.3
SEATS_RELIEF = 0.45  # how much utilisation falls when the logarithm of seats rises by one
MEMORY = 0.22  # share of the newest month in the state a decision looks at: about half a year of memory
STALL_FADE = 14  # months of tenure after which a stalled start weighs 1/e as much

# --- how a renewal is decided ---
CHURN_BASE = -3.95
CHURN = {
    "adoption": 0.68, "decline": 1.5, "onboarding": 1.6, "champion": 1.2, "support": 0.65, "sentiment": 0.3,
    "payment": 1.0, "price": 0.5, "tenure": 0.5, "voice": -0.5,
}  # fmt: skip
ADOPTION_ENOUGH = 0.8  # adoption beyond this keeps nobody longer
PRICE_HURTS = 0.6  # how much more a price rise weighs for each spread that adoption lies below the mean
LATE_MATTERS, FRICTION_MATTERS = 0.2, -0.2  # habits of payment and support weigh only beyond these
EXPANSION_BASE = -2.2
EXPANSION = {"adoption": 0.78, "breadth": 0.7, "growth": 0.45, "decline": -0.9, "segment": 0.3, "price": 0.5}
CROWDED = -0.4  # seats begin to feel scarce at this adoption
CONTRACTION_BASE = -3.1
CONTRACTION = {"adoption": -0.85, "decline": 0.5}
ADOPTION_MEAN, ADOPTION_SPREAD = 0.64, 0.2  # utilisation, as the decision sees it, is (u - mean) / spread
ROLLING_CHURN, ROLLING_MOVE = -2.75, -2.9  # what a month's decision has on a year's, in log-odds
DISSATISFIED_BELOW = -0.75  # mood
COMPLAINS, COMPLAINS_ANYWAY = 1 / 26, 0.012  # of the dissatisfied, of the others; a term
PRICE_RISE, PRICE_RISE_BY, PRICE_NOTICE_DAYS = 0.13, 0.08, (115, 150)
CANCELS_EARLY, EARLY_DAYS, EARLY_NOTICE_DAYS = 0.06, (20, 150), 30
GIVES_NOTICE, NOTICE_DAYS = 0.25, (5, 40)
RENEWS_LATE, LATE_DAYS, SIGNED_AHEAD = 0.07, (2, 20), 25
GROWS_BY, SHRINKS_BY, INDEXATION = (0.12, 0.5), (0.15, 0.5), 0.012
BUYS_PRODUCT, DROPS_PRODUCT, DISCOUNT = 0.25, 0.3, 0.2
# What a term's list price was lowered by, and for how many days where not for all of it. It moves nobody.
DISCOUNTED, DISCOUNT_SHARES, DISCOUNT_ENDS, DISCOUNT_DAYS = 0.18, (0.05, 0.1, 0.15, 0.2, 0.3), 0.5, (60, 360)
ADD_ON_MONTHS, ADD_ON_HAZARD, ADD_ON_ADOPTION, ADD_ON_SEATS = (2, 3), 0.02, 0.6, 0.15

# --- what shows: usage ---
WEEKEND, HOLIDAY, NEW_YEAR_DAYS, CHRISTMAS_FROM, SUMMER, SUMMER_MONTH = 0.12, 0.35, 2, 357, 0.8, 8
FEATURES = (
    "dashboard", "report", "export", "comments", "automation", "api", "alerts", "forecast", "audit_log",
    "admin",
)  # fmt: skip
BREADTH_MEAN, BREADTH_SPREAD, BREADTH_DECLINE = 4.2, 1.7, -1.5
DAILY_RATE, RATE_ADOPTION, RATE_DECLINE, RATE_MOST = 0.165, 0.25, -0.4, 0.92
USER_SPREAD, CHAMPION_RATE = 0.3, 2.2
SECOND_FEATURE, EVENTS_PER_FEATURE = 0.22, 2.5

# --- what shows: everything else ---
LATE_ROWS, LATE_ROW_DAYS = 0.02, (2, 20)
TICKET_RATE, TICKET_VITALITY = 0.32, 0.25
INCIDENTS_A_YEAR, INCIDENT_TICKETS = 1.6, 0.22
REPLY_HOURS, REPLY_FRICTION, SOLVE_HOURS, SOLVE_FRICTION = 5.0, 0.7, 26.0, 0.9
UNSOLVED, UNSOLVED_FRICTION, ESCALATED, REOPENED, CSAT_ANSWERED = -3.4, 0.9, 0.04, 0.05, 0.22
INBOUND_RATE, INBOUND_VITALITY, INBOUND_DECLINE = 0.3, 0.5, -1.2
OUTBOUND_RATE, OUTBOUND_RENEWAL, OUTBOUND_SEATS = 0.22, 0.9, 0.4
SURVEY_ANSWERED, SURVEY_MOOD = 0.18, 1.7
INVOICE_DUE, PAID_AFTER, PAID_LATENESS, PAID_SPREAD, PAID_QUARTERLY = 30, 24.0, 13.0, 6.0, 0.5
ONBOARDING = {"kickoff": 7, "data_connected": 21, "first_report": 35, "team_trained": 60, "go_live": 90}
STALL_FROM = 2  # milestones that a stalled onboarding still meets
ACTION_RATE, ACTION_DAYS, HELD_OUT = 0.03, 365, 0.1

# --- how it is recorded, which moves nobody ---
DESK_OPENS, RENAMED_FROM = (
    0.25,
    0.625,
)  # shares of the book's days: no ticket before the one, a new name from the other
RENAMED, RENAMED_TO = "export", "data_export"
BY_MONTH, BY_MONTH_COUNTED = (
    0.04,
    0.5,
)  # accounts whose usage comes by month, and of them those with a count of users
SEATED, SEATED_PRODUCTS, SEATED_SHARE = 0.5, ("Analytics", "Automation"), (0.3, 1.0)
SOLVED_AGAIN = 0.85  # of the tickets that were opened again
CREDITED, CREDIT_SHARES, CREDIT_DAYS = 0.015, (0.1, 0.2, 0.5), (3, 45)
# Of those who stay, this much of their chance to leave gave notice; some days later a part takes it back in words.
TAKES_BACK, TAKEN_BACK_NOTICE, RETRACTS, RETRACTS_AFTER = 0.12, (35, 90), 0.5, (2, 8)

# --- what is wrong with the export ---
DIRT_MOST = 0.015  # of a table's rows
FUTURE_DAYS = 3650  # a year mistyped by a decade
