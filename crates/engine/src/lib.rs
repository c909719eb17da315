//! The use cases of Waybill as verbs.
