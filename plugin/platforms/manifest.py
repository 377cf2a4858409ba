"""manifest.json: what the app asks of a store. Read here; nothing repeats it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from plugin.domain.allowance import PricingPlan
from plugin.domain.errors import SettingsError

PACKAGE = Path(__file__).resolve().parent.parent
PLACES = (PACKAGE / "manifest.json", PACKAGE.parent / "manifest.json")
"""Inside the wheel, or at the top of a checkout."""


@dataclass(frozen=True)
class Price:
    """What a plan costs where the platform wants to be told it by us."""

    usd: Decimal
    """Dollars: such a platform bills in nothing else."""
    every: str
    """A month, a quarter, a half-year or a year."""
    trial_days: int = 0


@dataclass(frozen=True)
class Asked:
    """What we ask of stores on one platform. Paths begin with a slash and follow PUBLIC_URL."""

    api_version: str
    embedded: bool
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...]
    application_path: str
    redirect_paths: tuple[str, ...]
    webhook_path: str
    topics: tuple[str, ...]
    compliance_topics: tuple[str, ...]
    optional_topics: Mapping[str, str]
    """Topic and the optional scope without which a store refuses it."""
    needed_topics: Mapping[str, str]
    """Topic and the kind of facts (plugin/rules/optional.py) for which alone a store is asked to send it."""
    billing_api_version: str = ""
    """Of the API that knows what stores pay, where that is another one."""
    load_path: str = ""
    """Where the platform opens the page, where that is not ``application_path``."""
    uninstall_path: str = ""
    remove_user_path: str = ""
    """Where the platform says that the app, or somebody's right to open it, was removed."""
    subscriptions: str = "app"
    """Who asks for webhooks: the ``app``'s configuration, or we ourselves at each ``store``."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """By the plan's handle, where the platform does not know them itself. Without any nothing is sold there."""

    @property
    def subscribes_per_store(self) -> bool:
        """Whether the platform has no configuration that could ask for all stores."""
        return self.subscriptions == "store"

    def needed_for(self, kinds: Collection[str]) -> tuple[str, ...]:
        """The topics that a store is asked for because its rules need these kinds of facts."""
        return tuple(topic for topic, kind in self.needed_topics.items() if kind in kinds)

    def topics_with(self, scopes: Collection[str]) -> tuple[str, ...]:
        """The topics that a store which granted these scopes can send us."""
        return (*self.topics, *self.optional_with(scopes))

    def missing(self, scopes: Collection[str]) -> tuple[str, ...]:
        """The scopes without which we do not work and that are not granted; who may write may read."""
        granted = {*scopes, *(f"read_{scope.removeprefix('write_')}" for scope in scopes if scope.startswith("write_"))}
        return tuple(scope for scope in self.scopes if scope not in granted)

    def optional_with(self, scopes: Collection[str]) -> tuple[str, ...]:
        """Of these, the ones that other stores refuse: no configuration of the app can ask for them."""
        return tuple(topic for topic, scope in self.optional_topics.items() if scope in scopes)


@dataclass(frozen=True)
class Manifest:
    """The app, and what it asks of stores by platform."""

    name: str
    handle: str
    platforms: dict[str, Asked]
    plans: tuple[PricingPlan, ...] = ()
    """Smallest first; the first is the free one. None at all: the app costs nothing."""

    def plan(self, handle: str) -> PricingPlan | None:
        """The plan of this handle; None for one the platform knows and we do not."""
        return next((plan for plan in self.plans if plan.handle == handle), None)

    @property
    def free_plan(self) -> PricingPlan | None:
        """What a store has that agreed to no other plan."""
        return next((plan for plan in self.plans if plan.free), None)


def _texts(**options: Any) -> fields.List[str]:
    return fields.List(fields.String(validate=validate.Length(min=1)), **options)


def _path(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"^/[\w/-]*$"), **options)


class PriceSchema(Schema):
    """One price, in whole cents: ``{"usd": "19.00", "every": "month", "trial_days": 14}``."""

    class Meta:
        unknown = RAISE

    usd = fields.Decimal(required=True, places=2, validate=validate.Range(min=0))
    every = fields.String(required=True, validate=validate.OneOf(["month", "quarter", "half-year", "year"]))
    trial_days = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=365))

    @post_load
    def _price(self, data: dict[str, Any], **_: Any) -> Price:
        return Price(**data)


class AskedSchema(Schema):
    """One platform's part."""

    class Meta:
        unknown = RAISE

    api_version = fields.String(required=True)
    embedded = fields.Boolean(load_default=True)
    scopes = _texts(required=True)
    optional_scopes = _texts(load_default=list)
    application_path = _path(required=True)
    redirect_paths = _texts(load_default=list)
    webhook_path = _path(required=True)
    topics = _texts(required=True)
    compliance_topics = _texts(load_default=list)
    optional_topics = fields.Dict(fields.String(), fields.String(), load_default=dict)
    needed_topics = fields.Dict(fields.String(), fields.String(), load_default=dict)
    billing_api_version = fields.String(load_default="")
    load_path = _path(load_default="")
    uninstall_path = _path(load_default="")
    remove_user_path = _path(load_default="")
    subscriptions = fields.String(load_default="app", validate=validate.OneOf(["app", "store"]))
    prices = fields.Dict(fields.String(), fields.Nested(PriceSchema), load_default=dict)

    @post_load
    def _asked(self, data: dict[str, Any], **_: Any) -> Asked:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return Asked(**values)


MOST_PUBLIC_PLANS = 4
"""Shopify's own limit of plans that everyone can choose."""


class PlanSchema(Schema):
    """One plan. What it costs is said by the platform, or by ``prices`` of a platform that does not know."""

    class Meta:
        unknown = RAISE

    handle = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]*$"))
    name = fields.String(required=True, validate=validate.Length(min=1))
    customers = fields.Integer(required=True, strict=True, allow_none=True, validate=validate.Range(min=1))
    free = fields.Boolean(load_default=False)
    listed = fields.Boolean(load_default=True)
    includes = _texts(load_default=list)

    @post_load
    def _plan(self, data: dict[str, Any], **_: Any) -> PricingPlan:
        return PricingPlan(**data | {"includes": tuple(data["includes"])})


def _check_plans(plans: list[PricingPlan]) -> None:
    """Raises ValidationError for plans that leave it open what a store may do."""
    handles = [plan.handle for plan in plans]
    sizes = [float("inf") if plan.customers is None else plan.customers for plan in plans if plan.listed]
    if plans and [plan for plan in plans if plan.free] != plans[:1]:
        raise ValidationError("the first plan, and no other, is the free one")
    if plans and not plans[0].listed:
        raise ValidationError("the free plan is listed")
    if len(set(handles)) != len(handles):
        raise ValidationError("two plans have one handle")
    if sizes != sorted(set(sizes)):
        raise ValidationError("listed plans grow: each is for more customers than the one before")
    if len(sizes) > MOST_PUBLIC_PLANS:
        raise ValidationError(f"at most {MOST_PUBLIC_PLANS} plans are listed")


class ManifestSchema(Schema):
    """The file."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True)
    handle = fields.String(required=True)
    platforms = fields.Dict(fields.String(), fields.Nested(AskedSchema), required=True)
    plans = fields.List(fields.Nested(PlanSchema), load_default=list, validate=_check_plans)

    @validates_schema
    def _check_prices(self, data: dict[str, Any], **_: Any) -> None:
        """Every plan that can be chosen has its price, or nothing is sold."""
        paid = {plan.handle for plan in data.get("plans", ()) if not plan.free}
        listed = {plan.handle for plan in data.get("plans", ()) if plan.listed and not plan.free}
        for name, its in data.get("platforms", {}).items():
            if its.prices and not listed <= set(its.prices) <= paid:
                raise ValidationError(f"{name}: prices are those of the plans that cost something")

    @post_load
    def _manifest(self, data: dict[str, Any], **_: Any) -> Manifest:
        return Manifest(**data | {"plans": tuple(data["plans"])})


@cache
def manifest() -> Manifest:
    """The manifest; raises SettingsError that names the field and the mistake."""
    place = next((place for place in PLACES if place.exists()), PLACES[-1])
    try:
        read: Manifest = ManifestSchema().load(json.loads(place.read_text()))
    except (OSError, ValueError, ValidationError) as error:
        raise SettingsError(f"{place.name}: {error}") from error
    return read


def asked(platform: str) -> Asked:
    """What we ask of stores on this platform."""
    return manifest().platforms[platform]
