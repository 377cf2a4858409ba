"""What every platform must do alike: one description of a store, told to each pretended platform in its own terms.

story     what happened, in nobody's terms        beliefs   the same for the oracle of tests/laws
shopify, bigcommerce   who tells it there, and reads it back      theatre   sandbox, app and stores of a module
rules     what is asked, and who must be in; what a platform cannot tell
"""
