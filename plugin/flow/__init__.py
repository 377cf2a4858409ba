"""What happens: one file per verb, one public function each, named as the file.

::

              receive         absorb        decide             post          deliver
    webhook ──────────▶ inbox ──────▶ facts ──────▶ memberships ────▶ outbox ─────────▶ store
                          ▲   └──▶ reads
                          └──fetch──┘
    clock ──sweep──▶ decide            store ──backfill──▶ inbox

A flow opens its transactions itself and never calls a platform while one is open. ``house`` holds what
every flow needs; ``bell`` wakes the workers.
"""
