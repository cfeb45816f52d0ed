"""One module (or package) a CI system; `registry` lists them."""
