"""How messages look; OpenAPI is made from it. A file per noun; ``asked`` is what the page sends."""

from plugin.web.api.schemas.activity import Deliveries, Delivery, Write, Writes
from plugin.web.api.schemas.asked import DraftRequest, PageQuery, SearchQuery, SegmentRequest
from plugin.web.api.schemas.overview import Counts, History, Notice, Notices, Overview, Reading, Store
from plugin.web.api.schemas.people import CustomerShown, Event, People, Person, Reason, Standing, Tags, Why
from plugin.web.api.schemas.rules import Advice, Checked, Counted, Problem, Vocabulary, Word
from plugin.web.api.schemas.segments import Due, Label, Plan, PlanShown, Samples, Saved, Segment, SegmentShown, Version

__all__ = [
    "Advice",
    "Checked",
    "Counted",
    "Counts",
    "CustomerShown",
    "Deliveries",
    "Delivery",
    "DraftRequest",
    "Due",
    "Event",
    "History",
    "Label",
    "Notice",
    "Notices",
    "Overview",
    "PageQuery",
    "People",
    "Person",
    "Plan",
    "PlanShown",
    "Problem",
    "Reading",
    "Reason",
    "Samples",
    "Saved",
    "SearchQuery",
    "Segment",
    "SegmentRequest",
    "SegmentShown",
    "Standing",
    "Store",
    "Tags",
    "Version",
    "Vocabulary",
    "Why",
    "Word",
    "Write",
    "Writes",
]
