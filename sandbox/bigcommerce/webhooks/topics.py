"""Every scope a hook can have."""

import re

ORDER = ("created", "updated", "archived", "statusUpdated", "message/created", "refund/created",
         "transaction/created", "transaction/updated", "metafield/created", "metafield/updated",
         "metafield/deleted")  # fmt: skip
CUSTOMER = ("created", "updated", "deleted", "address/created", "address/updated", "address/deleted",
            "channel/login/access/updated", "payment/instrument/default/updated", "metafield/created",
            "metafield/updated", "metafield/deleted")  # fmt: skip
CART = ("created", "updated", "deleted", "couponApplied", "abandoned", "converted", "lineItem/created",
        "lineItem/updated", "lineItem/deleted")  # fmt: skip
THREE = ("created", "updated", "deleted")
SCOPES = frozenset(
    {f"store/order/{verb}" for verb in ORDER}
    | {f"store/customer/{verb}" for verb in CUSTOMER}
    | {f"store/cart/{verb}" for verb in CART}
    | {
        f"store/{noun}/{verb}"
        for noun in ("subscriber", "product", "category", "metafield", "channel")
        for verb in THREE
    }
    | {"store/app/uninstalled", "store/information/updated", "store/hook/deliveryException"}
)
WILDCARDS = ("order", "order/transaction", "order/metafield", "customer", "customer/address", "customer/metafield",
             "subscriber", "cart", "cart/lineItem", "metafield", "product", "category", "channel")  # fmt: skip
OF_A_CHANNEL = re.compile(r"store/channel/\d+/order/(\*|created|updated|statusUpdated)")


def known(scope: str) -> bool:
    """Whether a hook can be made for it."""
    wild = scope.removeprefix("store/").removesuffix("/*")
    return scope in SCOPES or (scope == f"store/{wild}/*" and wild in WILDCARDS) or bool(OF_A_CHANNEL.fullmatch(scope))
