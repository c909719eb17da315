//! SPDX: an inventory written as 3.0.1 JSON-LD and 2.3 JSON, and both read.
