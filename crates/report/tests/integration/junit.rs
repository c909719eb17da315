use waybill_report::Format;

crate::snapshots_of_all_samples!(Format::Junit);
