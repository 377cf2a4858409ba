"""Plans: applied when the merchant agrees."""

from plugin.domain.ids import PlanId
from plugin.flow.plan import apply
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("plans", __name__, url_prefix="/api/plans", description="What a change would do")


@routes.post("/<int:plan_id>/apply")
@routes.answers(200, schemas.Due)
def applied(plan_id: int) -> dict[str, int]:
    """The plan's version decides from now on."""
    return {"due": apply(house(), store_id(), PlanId(plan_id))}
