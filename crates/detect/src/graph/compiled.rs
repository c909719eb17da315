//! What models that were compiled for a device need beside the runtime.

use waybill_domain::RuleInfo;
use waybill_formats::rknn::RknnFacts;
use waybill_formats::tensorrt::TensorRtFacts;

use crate::Found;
use crate::examine::Subject;
use crate::rule::quoted;

/// Operators that users add to models of Rockchip: their names begin so by its own convention.
const CUSTOM: &str = "cst";
/// How the operators of descriptions begin that the tools of Rockchip write.
const DESCRIBED: [&str; 2] = ["RKNN_OP_", "VSI_NN_OP_"];

pub(super) fn rockchip(
    info: &RuleInfo,
    subject: &Subject<'_>,
    facts: &RknnFacts,
    found: &mut Found,
) {
    let described = facts.description.map(|(start, _)| start);
    for (name, offset) in &facts.operators {
        let custom = if Some(*offset) == described {
            !DESCRIBED.iter().any(|start| name.starts_with(start)) || name.contains("CUSTOM")
        } else {
            name.starts_with(CUSTOM)
        };
        if custom {
            let message = format!(
                "operator {} is one of users, which the processor runs: its library is loaded out of a folder of the system, or the program around the model registers it",
                quoted(name)
            );
            found.add(info, subject, Some(*offset), message);
        }
    }
}

pub(super) fn engine(
    info: &RuleInfo,
    subject: &Subject<'_>,
    facts: &TensorRtFacts,
    found: &mut Found,
) {
    for (name, offset) in &facts.plugins {
        if !PLUGINS.contains(&name.as_str()) {
            let message = format!(
                "the engine names the plugin {}, which TensorRT does not bring: the library that brings it is loaded before the engine, or stands in it",
                quoted(name)
            );
            found.add(info, subject, Some(*offset), message);
        }
    }
}

/// Plugins of the library that comes with `TensorRT`, of all versions, and words of its interfaces.
const PLUGINS: [&str; 52] = [
    "BatchTilePlugin_TRT",
    "BatchedNMSDynamic_TRT",
    "BatchedNMS_TRT",
    "CgPersistentLSTMPlugin_TRT",
    "Clip_TRT",
    "CustomEmbLayerNormPluginDynamic",
    "CustomFCPluginDynamic",
    "CustomGeluPluginDynamic",
    "CustomQKVToContextPluginDynamic",
    "CustomSkipLayerNormPluginDynamic",
    "DecodeBbox3DPlugin",
    "DetectionLayer_TRT",
    "DisentangledAttention_TRT",
    "EfficientNMS_Explicit_TF_TRT",
    "EfficientNMS_Implicit_TF_TRT",
    "EfficientNMS_ONNX_TRT",
    "EfficientNMS_TRT",
    "FlattenConcat_TRT",
    "GenerateDetection_TRT",
    "GridAnchorRect_TRT",
    "GridAnchor_TRT",
    "GroupNormalizationPlugin",
    "GroupNormalizationPlugin_TRT",
    "InstanceNormalization_TRT",
    "LReLU_TRT",
    "MultilevelCropAndResize_TRT",
    "MultilevelProposeROI_TRT",
    "MultiscaleDeformableAttnPlugin_TRT",
    "NMSDynamic_TRT",
    "NMS_TRT",
    "Normalize_TRT",
    "PillarScatterPlugin",
    "PluginGeluDynamic",
    "PluginV2",
    "PluginV2DynamicExt",
    "PluginV2Ext",
    "PluginV2IOExt",
    "PluginV3",
    "PriorBox_TRT",
    "ProposalLayer_TRT",
    "PyramidROIAlign_TRT",
    "RPROI_TRT",
    "ROIAlign_TRT",
    "Region_TRT",
    "Reorg_TRT",
    "ResizeNearest_TRT",
    "SingleStepLSTMPlugin",
    "SpecialSlice_TRT",
    "StemDetectionLayer_TRT",
    "VoxelGeneratorPlugin",
    "CoordConvAC_TRT",
    "CropAndResize_TRT",
];
