"""What a name of the customer's own is in SQL: consents, addresses and dated attributes, now and before."""

from datetime import datetime

from plugin.domain.facts import ValueType
from plugin.engine import dated
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Id, Instant, Listed, Numeric, Operand, Textual, Yes, both
from plugin.rules import fields
from plugin.rules.fields import Field, Matching, Type
from plugin.rules.tree import Attribute, Changed, Distance, Length, Previous

ALWAYS = "'1900-01-01T00:00:00+00'::timestamptz"
"""Since when a value holds that has always held: no change."""
_KILOMETRES = {Length.KM: "1", Length.MI: "1.609344"}
_STORED = {
    Type.NUMBER: (ValueType.NUMBER,),
    Type.MONEY: (ValueType.NUMBER,),
    Type.DATE: (ValueType.DAY, ValueType.MOMENT),
    Type.TEXT: (ValueType.TEXT,),
    Type.CHOICE: (ValueType.TEXT,),
    Type.LIST: (ValueType.LIST,),
    Type.ID: (ValueType.NUMBER, ValueType.TEXT),
    Type.TRUTH: (ValueType.TRUTH,),
}
_EMAIL_DOMAIN = """(SELECT lower(split_part(y.email, '@', -1) COLLATE "pg_c_utf8") FROM customers y
      WHERE y.store_id = %(store)s AND y.id = p.customer_id AND y.email LIKE '%%@%%')"""


class Attributes:
    """Reads what rules ask of a customer by name."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def operand(self, value: Attribute) -> Operand:
        """The current value."""
        field = self._field(value)
        if field.name == "customer_email_domain":
            domain = self._needs.fact(_EMAIL_DOMAIN, "email_domain")
            return Textual(domain, Matching.FOLDED, known=self._needs.told(field.name))
        if field.name in dated.CONSENT_DATES:
            since = self._needs.fact(self._history(field).current_since, "since")
            absence = self._absence(field)
            return Instant(since, known=None if absence is None else f"({since} IS NOT NULL OR {absence})")
        read = self._needs.fact(self._history(field).current, "said")
        return self._typed(value, field, read, self._absence(field))

    def previous(self, value: Previous) -> Operand:
        """The value that stood immediately before; missing when there was none."""
        field = self._field(value.of)
        history = self._history(field)
        read = self._needs.fact(history.previous, "before")
        return self._typed(value.of, field, read, self._beginning(field))

    def changed(self, value: Changed) -> Instant:
        """When the present value began to stand; missing where there never was one, or it has always stood."""
        field = self._field(value.of)
        history = self._history(field)
        since = self._needs.fact(history.changed, "changed")
        before = self._needs.fact(history.previous, "before")
        known = f"({before} IS NOT NULL OR {self._beginning(field)})"
        said = self._needs.fact(history.current, "said")
        never = f"{before} IS NULL AND {said}[2] IS NULL"
        return Instant(f"(CASE WHEN {never} THEN NULL ELSE nullif({since}, {ALWAYS}) END)", known=known)

    def distance(self, value: Distance) -> Numeric:
        """From the point to the default address, or the nearest of all."""
        number = self._needs.parameters.number
        read = dated.distance(number(value.latitude), number(value.longitude), value.anywhere)
        kilometres = self._needs.fact(read, "distance")
        listed = self._needs.fact(dated.history("customer_countries", True, "").current, "said")
        known = f"({listed} IS NOT NULL OR {self._absence(fields.ATTRIBUTES['customer_countries'])})"
        bottom = _KILOMETRES[value.unit]
        return Numeric(f"{kilometres}::numeric", None if bottom == "1" else bottom, True, known)

    # --- how it is read -----------------------------------------------------------------------

    def _field(self, value: object) -> Field:
        field = fields.attribute(value) if isinstance(value, Attribute) else None
        if field is None:
            raise TypeError(f"no attribute: {value!r}")
        return field

    def _history(self, field: Field) -> dated.History:
        return dated.history(field.name, field.folded, self._needs.parameters.text(field.name))

    def _told(self, field: Field) -> str:
        """SQL for: nobody said that it cannot be known."""
        if field.name in dated.CONSENTS:
            return self._needs.told(field.name, "consents")
        return self._needs.told(field.name, *(["addresses"] if field.name in dated.ADDRESSES else []))

    def _part_told(self, field: Field) -> str:
        """SQL for: nobody listed addresses and left this part of them out."""
        return self._needs.told(field.name)

    def _since(self, field: Field) -> datetime | None:
        return self._needs.known.since(field.name, field.reads)

    def _absence(self, field: Field) -> str:
        """SQL for: that nothing was said means that there is nothing."""
        labels = None if field.name in dated.CONSENTS else self._needs.known_since(self._since(field))
        return both(labels, self._told(field)) or "true"

    def _beginning(self, field: Field) -> str:
        """SQL for: that nothing was said before the present value means that there was nothing."""
        changed = self._needs.fact(self._history(field).changed, "changed")
        labels, since = None, self._since(field)
        if since is not None and field.name not in dated.CONSENTS:
            self._needs.known_since(since)  # Also for who has no value: when that becomes known.
            known = self._needs.parameters.text(since.isoformat()) + "::timestamptz"
            labels = f"(created_at >= {known} OR coalesce({changed} > {known}, as_of >= {known}))"
        return f"({changed} IS NOT DISTINCT FROM {ALWAYS} OR {both(labels, self._told(field))})"

    def _typed(self, value: object, field: Field, read: str, absence: str) -> Operand:
        """The texts (type first) as a value of the field's type; of another type it is unknown."""
        stored = self._stored(field)
        typeless = field.dynamic and isinstance(value, Attribute) and value.kind is None
        if field.name in dated.MAIN_ADDRESS:
            known = f"({read}[2] IS NOT NULL OR {read} IS NOT NULL AND {self._part_told(field)} OR {absence})"
        elif field.name in dated.ADDRESS_LISTS:
            known = f"({read} IS NOT NULL AND {self._part_told(field)} OR {absence})"
        elif typeless or field.name in dated.CONSENTS:
            known = f"({read} IS NOT NULL OR {absence})"
        else:
            listed = ", ".join(f"'{kind}'" for kind in (*stored, ValueType.ABSENT))
            known = f"(CASE WHEN {read} IS NULL THEN {absence} ELSE {read}[1] IN ({listed}) END)"
        return _operand(field, read, stored, known, self._needs)

    def _stored(self, field: Field) -> tuple[ValueType, ...]:
        if field.dynamic and field.type is Type.LIST:
            return (ValueType.LIST, ValueType.TEXT)
        return _STORED[field.type]


def _operand(field: Field, read: str, stored: tuple[ValueType, ...], known: str | None, needs: Needs) -> Operand:
    def cast(kind: ValueType, to: str) -> str:
        return needs.once(f"(CASE {read}[1] WHEN '{kind}' THEN {read}[2]::{to} END)", to)

    match field.type:
        case Type.NUMBER | Type.MONEY:
            return Numeric(cast(ValueType.NUMBER, "numeric"), None, True, known)
        case Type.TRUTH:
            return Yes(cast(ValueType.TRUTH, "boolean"), True, known)
        case Type.DATE:
            moment = cast(ValueType.MOMENT, "timestamptz")
            local = needs.clock.local_day(f"{read}[2]::timestamptz")
            day = f"(CASE {read}[1] WHEN 'day' THEN {read}[2]::date WHEN 'moment' THEN {local} END)"
            is_moment = f"({read} IS NULL OR {read}[1] = '{ValueType.MOMENT}')"
            return DayValue(needs.once(day, "day"), True, known, Instant(moment, True, both(known, is_moment)))
        case Type.LIST:
            parts = f"{read}[1] = '{ValueType.TEXT}'" if ValueType.TEXT in stored else None
            return Listed(f"coalesce({read}[2:], '{{}}')", field.matching, known=known, as_text=parts)
        case Type.ID:
            return Id(f"{read}[2]", text=True, known=known)
    return Textual(f"{read}[2]", field.matching, known=known)
