//! Bills judged and compared, whatever their format: check, diff, merge, convert, verify.
