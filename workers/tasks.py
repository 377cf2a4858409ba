"""The tasks: each names a flow. All may run twice, late or in any order: what they do follows from the
state they find, and each store's work is serialised by a lock or a lease."""

from plugin.domain.ids import StoreId
from plugin.flow.backfill import backfill
from plugin.flow.deliver import deliver
from plugin.flow.drain import drain
from plugin.flow.entitle import entitle, entitle_all
from plugin.flow.fetch import fetch
from plugin.flow.link import link
from plugin.flow.optional import read_optional
from plugin.flow.plan import plan
from plugin.flow.rank import rank, rank_all
from plugin.flow.reconcile import reconcile, reconcile_all
from plugin.flow.repair import repair, repair_all
from plugin.flow.retire import retire_all
from plugin.flow.retry_stale import retry_stale
from plugin.flow.scan import scan
from plugin.flow.sweep import sweep
from workers.app import celery, house


@celery.task(name="inbox.drain")
def drain_inbox(*, store_id: int) -> None:
    """A batch of deliveries is absorbed. Twice is safe: the second finds them done."""
    drain(house(), StoreId(store_id))


@celery.task(name="customers.sweep")
def sweep_customers(*, store_id: int) -> None:
    """A batch of due customers is decided. Twice is safe: the second finds them not due."""
    sweep(house(), StoreId(store_id))


@celery.task(name="reads.fetch")
def fetch_reads(*, store_id: int) -> None:
    """A batch of reads is answered. Twice is safe: a claim is a lease, an answer is a fact."""
    fetch(house(), StoreId(store_id))


@celery.task(name="outbox.deliver")
def deliver_outbox(*, store_id: int) -> None:
    """What differs is sent. Twice is safe: one writer a store, and the second finds no difference."""
    deliver(house(), StoreId(store_id))


@celery.task(name="history.backfill")
def backfill_history(*, store_id: int) -> None:
    """The history is a step further. Twice is safe: a lease, and each step starts from what is stored."""
    backfill(house(), StoreId(store_id))


@celery.task(name="plans.run")
def run_plans(*, store_id: int) -> None:
    """Waiting plans are run. Twice is safe: a plan that runs again replaces its own rows."""
    plan(house(), StoreId(store_id))


@celery.task(name="cutoffs.compute")
def compute_cutoffs(*, store_id: int) -> None:
    """The store's cutoffs are of today. Twice is safe: a lease, and the second finds them so."""
    rank(house(), StoreId(store_id))


@celery.task(name="subscriptions.repair")
def repair_subscriptions(*, store_id: int) -> None:
    """The store sends what it should. Twice is safe: the second finds nothing missing."""
    repair(house(), StoreId(store_id))


@celery.task(name="guests.link")
def link_guest_orders(*, store_id: int) -> None:
    """Some more guest orders stand as the store's people chose. Twice is safe: the second finds them so."""
    link(house(), StoreId(store_id))


@celery.task(name="stores.reconcile")
def reconcile_store(*, store_id: int) -> None:
    """The store's books and ours are compared a step further. Twice is safe: a lease, and the second finds
    nothing due."""
    reconcile(house(), StoreId(store_id))


@celery.task(name="stores.reconcile_all")
def reconcile_stores() -> None:
    """Every store that is due to be compared has a worker coming. Twice is safe: it only rings."""
    reconcile_all(house())


@celery.task(name="optional.read")
def read_optional_data(*, store_id: int) -> None:
    """Some more customers are read for what rules ask. Twice is safe: a lease, and it goes on from what is stored."""
    read_optional(house(), StoreId(store_id))


@celery.task(name="stores.repair")
def repair_stores() -> None:
    """Every store has a worker coming for its repair. Twice is safe: it only rings."""
    repair_all(house())


@celery.task(name="entitlements.read")
def read_entitlement(*, store_id: int) -> None:
    """The store's plan is as at its platform. Twice is safe: a claim is a lease, and the newest answer stands."""
    entitle(house(), StoreId(store_id))


@celery.task(name="stores.entitle")
def entitle_stores() -> None:
    """No store's plan stays unasked. Twice is safe: it only makes them due."""
    entitle_all(house())


@celery.task(name="stores.rank")
def rank_stores() -> None:
    """Stores whose cutoffs are of yesterday have a worker coming. Twice is safe: it only rings."""
    rank_all(house())


@celery.task(name="stores.scan")
def scan_stores() -> None:
    """Whatever waits anywhere has a worker coming. Twice is safe: it only rings."""
    scan(house())


@celery.task(name="segments.retry_stale")
def retry_stale_segments() -> None:
    """Segments that failed are tried again. Twice is safe: it only clears a mark."""
    retry_stale(house())


@celery.task(name="inbox.retire")
def retire_messages() -> None:
    """Old messages are gone. Twice is safe: the second finds none."""
    retire_all(house())
