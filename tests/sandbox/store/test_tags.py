"""Tags follow the platform's rules."""

from datetime import UTC, datetime

import pytest

from sandbox.store.tags import LIMIT, TagError, Tags, split

AT = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 2, tzinfo=UTC)


def some(*tags: str) -> Tags:
    made = Tags()
    made.add(tags, AT)
    return made


def test_the_first_spelling_stays() -> None:
    tags = some("VIP")

    fresh = tags.add(["vip", " ViP "], LATER)

    assert fresh == []
    assert list(tags) == ["VIP"]
    assert tags.since() == {"VIP": AT}


def test_a_comma_parts_two_tags_and_blanks_vanish() -> None:
    assert split(["a, b,,", "  ", "c "]) == ["a", "b", "c"]


def test_removing_ignores_case_and_gives_the_spelling_that_was_there() -> None:
    tags = some("VIP", "b")

    assert tags.remove(["vip", "never"]) == ["VIP"]
    assert list(tags) == ["b"]


def test_the_two_hundred_and_fifty_first_tag_is_refused_and_nothing_changes() -> None:
    tags = some(*(f"t{number}" for number in range(LIMIT - 1)))

    with pytest.raises(TagError, match="250"):
        tags.add(["one", "two"], AT)

    assert len(tags) == LIMIT - 1
    assert tags.add(["one", "ONE", "t3"], AT) == ["one"]


def test_a_tag_of_256_characters_is_refused() -> None:
    with pytest.raises(TagError, match="255"):
        some("x" * 256)
