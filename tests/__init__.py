"""The suite: a mirror of the source, and beside it contract/, stories/, laws/, browser/, faults/, architecture/."""
