"""BigCommerce's package, file by file."""
