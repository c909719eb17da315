use sha2::{Digest as _, Sha256};

use crate::{
    Rule, archive, config, file, graph, keras, markup, pickle, serialised, template, tensors,
};

/// Every rule, in the order of the reference pages. Everything that lists rules is computed from
/// this: the command line, the documentation, SARIF, the coverage of the guidance.
pub const RULES: &[&Rule] = &[
    &pickle::attribute_traversal::RULE,
    &pickle::code_execution::RULE,
    &pickle::computed_call::RULE,
    &pickle::computed_name::RULE,
    &pickle::embedded_artifact::RULE,
    &pickle::expansion_bomb::RULE,
    &pickle::extension_code::RULE,
    &pickle::file_access::RULE,
    &pickle::frame_beyond_end::RULE,
    &pickle::hidden_stream::RULE,
    &pickle::interpreter_tampering::RULE,
    &pickle::memo_bomb::RULE,
    &pickle::module_import::RULE,
    &pickle::native_code::RULE,
    &pickle::nested_load::RULE,
    &pickle::network_access::RULE,
    &pickle::patched_global::RULE,
    &pickle::persistent_id::RULE,
    &pickle::protocol_unknown::RULE,
    &pickle::shell_command::RULE,
    &pickle::stream_broken::RULE,
    &pickle::unexpected_use::RULE,
    &pickle::unvetted_global::RULE,
    &archive::bomb::RULE,
    &archive::checksum::RULE,
    &archive::directory_damaged::RULE,
    &archive::duplicate_name::RULE,
    &archive::header_disagreement::RULE,
    &archive::hidden_member::RULE,
    &archive::link::RULE,
    &archive::member_unread::RULE,
    &archive::overlapping_members::RULE,
    &archive::path_traversal::RULE,
    &archive::special_file::RULE,
    &archive::stream_damaged::RULE,
    &archive::tar_structure::RULE,
    &archive::unlisted_bytes::RULE,
    &config::alias_bomb::RULE,
    &config::call_target::RULE,
    &config::interpolation::RULE,
    &config::object_tag::RULE,
    &config::unread::RULE,
    &serialised::arrow_type::RULE,
    &serialised::parquet_file::RULE,
    &serialised::r_call::RULE,
    &serialised::r_hook::RULE,
    &serialised::r_promise::RULE,
    &serialised::skops_type::RULE,
    &serialised::torch_function::RULE,
    &tensors::embedded_program::RULE,
    &tensors::flatbuffer_operator::RULE,
    &tensors::flatbuffer_structure::RULE,
    &tensors::gguf_structure::RULE,
    &tensors::hdf_external::RULE,
    &tensors::hdf_structure::RULE,
    &tensors::low_bits_payload::RULE,
    &tensors::metadata_payload::RULE,
    &tensors::mixed_precision::RULE,
    &tensors::npy_structure::RULE,
    &tensors::safetensors_structure::RULE,
    &tensors::tensor_not_numbers::RULE,
    &tensors::tensor_text::RULE,
    &keras::custom_object::RULE,
    &keras::external_file::RULE,
    &keras::foreign_member::RULE,
    &keras::graph_operation::RULE,
    &keras::harmful_object::RULE,
    &keras::marshalled_code::RULE,
    &keras::not_followed::RULE,
    &graph::custom_operator::RULE,
    &graph::external_data_path::RULE,
    &graph::graph_structure::RULE,
    &graph::operator_runs_code::RULE,
    &graph::operator_touches_files::RULE,
    &markup::lightgbm_structure::RULE,
    &markup::xml_active_content::RULE,
    &markup::xml_external_entity::RULE,
    &template::computed_attribute::RULE,
    &template::conditional_text::RULE,
    &template::expansion::RULE,
    &template::hidden_unicode::RULE,
    &template::inclusion::RULE,
    &template::injection::RULE,
    &template::unparsed::RULE,
    &file::changed_while_read::RULE,
    &file::code_in_model::RULE,
    &file::extension_mismatch::RULE,
    &file::format_damaged::RULE,
    &file::format_not_examined::RULE,
    &file::format_unknown::RULE,
    &file::json_code_reference::RULE,
    &file::json_duplicate_key::RULE,
    &file::lfs_pointer::RULE,
    &file::limit_reached::RULE,
    &file::modelfile_path::RULE,
    &file::native_in_model::RULE,
    &file::link_to_machine::RULE,
    &file::polyglot::RULE,
    &file::script_fetch_and_run::RULE,
    &file::spreadsheet_formula::RULE,
    &file::torchscript_endless_loop::RULE,
    &file::torchscript_file_access::RULE,
    &file::trailing_bytes::RULE,
    &file::unreadable::RULE,
];

/// Digest over the rules, their pages and the embedded knowledge: what a report names as the
/// rule set that looked. `sha256:` and 64 hexadecimal digits.
#[must_use]
pub fn digest() -> String {
    let mut hash = Sha256::new();
    hash.update(waybill_knowledge::digest());
    // What rules know in code changes with the version.
    hash.update(env!("CARGO_PKG_VERSION"));
    for rule in RULES {
        let info = &rule.info;
        hash.update(format!(
            "\n{} {} {} {}\n",
            info.id,
            info.severity,
            info.confidence,
            info.answers.join(" ")
        ));
        hash.update(info.page);
    }
    let digits: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{digits}")
}
