"""Where else segments show, on a platform that has nothing of the kind: nothing is offered, nothing can be asked."""

import pytest

from tests.web.visit import Visit


def test_a_platform_without_such_things_offers_none(owner: Visit, regulars: int) -> None:
    assert owner.get(f"/segments/{regulars}/outputs") == {"kinds": []}
    assert owner.get("/groups") == {"there": False, "shown": [], "leavable": []}
    assert owner.get(f"/segments/{regulars}/plan")["shows"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/segments/{id}/outputs/group", {"name": "VIP"}, 422),
        ("PUT", "/segments/{id}/outputs/elsewhere", {"name": "VIP"}, 404),
        ("PUT", "/segments/{id}/outputs/group", {}, 422),
        ("DELETE", "/segments/{id}/outputs/group", None, 404),
        ("GET", "/outputs/group/room", None, 404),
        ("GET", "/groups/choices", None, 404),
        ("PUT", "/groups/7", {"leavable": True}, 404),
        ("PUT", "/groups/order", {"segments": [1]}, 422),
    ],
)
def test_what_there_is_not_cannot_be_asked_for(
    owner: Visit, regulars: int, method: str, path: str, body: object, status: int
) -> None:
    answer = owner.send(method, path.format(id=regulars), body)

    assert answer.status_code == status, answer.json
    assert answer.json["error"]["message"]  # type: ignore[index]
