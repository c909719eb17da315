//! Programs and images that serve a model, and how they are told which.

use super::image::Reference;
use crate::tree::file_name;

/// How a program is told which model to serve.
#[derive(Debug)]
pub(super) struct Server {
    /// What a person calls it.
    pub(super) symbol: &'static str,
    /// Programs, subcommand included: `vllm serve`.
    commands: &'static [&'static str],
    /// Modules for `python -m`.
    modules: &'static [&'static str],
    /// Repositories of images whose entry point it is.
    images: &'static [&'static str],
    /// Options that name the model.
    pub(super) options: &'static [&'static str],
    /// True if the first plain argument names it.
    pub(super) positional: bool,
    /// Variables that name it.
    pub(super) variables: &'static [&'static str],
    /// True if `owner/name:quantisation` is understood.
    pub(super) quantised: bool,
}

/// Options that name further models.
pub(super) const FURTHER: [&str; 12] = [
    "--tokenizer",
    "--tokenizer-path",
    "--speculative-model",
    "--speculative_model",
    "--speculative-draft-model-path",
    "--draft-model",
    "--draft-model-path",
    "--hf-config-path",
    "-hfd",
    "--hf-repo-draft",
    "-hfv",
    "--hf-repo-v",
];

/// Options without a value.
pub(super) fn is_flag(option: &str) -> bool {
    const FLAGS: [&str; 14] = [
        "--trust-remote-code",
        "--trust_remote_code",
        "--enable-lora",
        "--enforce-eager",
        "--enable-auto-tool-choice",
        "--disable-log-requests",
        "--enable-prefix-caching",
        "--enable-chunked-prefill",
        "--jinja",
        "--embedding",
        "--embeddings",
        "--disable-log-stats",
        "--flash-attn",
        "--no-webui",
    ];
    FLAGS.contains(&option)
        || option.starts_with("--enable-")
        || option.starts_with("--disable-")
        || option.starts_with("--no-")
}

static SERVERS: [Server; 22] = [
    Server {
        symbol: "vllm serve",
        commands: &["vllm serve", "vllm bench", "vllm chat", "vllm complete"],
        modules: &[
            "vllm.entrypoints.openai.api_server",
            "vllm.entrypoints.api_server",
            "vllm.entrypoints.cli.main",
        ],
        images: &[
            "vllm/vllm-openai",
            "rocm/vllm",
            "public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo",
        ],
        options: &["--model"],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "text-generation-inference",
        commands: &["text-generation-launcher", "text-generation-server"],
        modules: &[],
        images: &[
            "ghcr.io/huggingface/text-generation-inference",
            "huggingface/text-generation-inference",
        ],
        options: &["--model-id"],
        positional: false,
        variables: &["MODEL_ID", "HF_MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "text-embeddings-inference",
        commands: &["text-embeddings-router"],
        modules: &[],
        images: &[
            "ghcr.io/huggingface/text-embeddings-inference",
            "huggingface/text-embeddings-inference",
        ],
        options: &["--model-id"],
        positional: false,
        variables: &["MODEL_ID", "HF_MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "sglang",
        commands: &["sglang serve"],
        modules: &[
            "sglang.launch_server",
            "sglang_router.launch_server",
            "sglang.bench_one_batch",
        ],
        images: &["lmsysorg/sglang"],
        options: &["--model-path", "--model"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "lmdeploy",
        commands: &[
            "lmdeploy serve api_server",
            "lmdeploy serve gradio",
            "lmdeploy chat",
            "lmdeploy lite auto_awq",
        ],
        modules: &[],
        images: &["openmmlab/lmdeploy"],
        options: &[],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "llama.cpp",
        commands: &[
            "llama-server",
            "llama-cli",
            "llama-run",
            "llama-embedding",
            "llama-bench",
            "llama-mtmd-cli",
        ],
        modules: &["llama_cpp.server"],
        images: &[
            "ghcr.io/ggml-org/llama.cpp",
            "ghcr.io/ggerganov/llama.cpp",
            "ghcr.io/abetlen/llama-cpp-python",
        ],
        options: &["-hf", "-hfr", "--hf-repo", "--hf_model_repo_id"],
        positional: false,
        variables: &["LLAMA_ARG_HF_REPO", "HF_MODEL_REPO_ID"],
        quantised: true,
    },
    Server {
        symbol: "mlx_lm",
        commands: &[
            "mlx_lm.server",
            "mlx_lm.generate",
            "mlx_lm.chat",
            "mlx_lm.lora",
            "mlx_lm.fuse",
            "mlx_lm.convert",
        ],
        modules: &[
            "mlx_lm.server",
            "mlx_lm.generate",
            "mlx_lm.chat",
            "mlx_lm.lora",
            "mlx_lm.fuse",
            "mlx_lm.convert",
            "mlx_lm",
        ],
        images: &[],
        options: &["--model", "--hf-path"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "optimum-cli export",
        commands: &["optimum-cli export"],
        modules: &["optimum.exporters.onnx"],
        images: &[],
        options: &["--model", "-m"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "transformers",
        commands: &[
            "transformers chat",
            "transformers serve",
            "transformers run",
            "transformers-cli download",
        ],
        modules: &[],
        images: &[],
        options: &[
            "--model",
            "--force-model",
            "--model_name_or_path",
            "--model-name-or-path",
        ],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "TensorRT-LLM",
        commands: &[
            "trtllm-serve",
            "trtllm-serve serve",
            "trtllm-bench",
            "trtllm-llmapi-launch trtllm-serve",
            "trtllm-build",
        ],
        modules: &[],
        images: &[],
        options: &["--model", "--model_dir"],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "infinity",
        commands: &["infinity_emb v2", "infinity_emb"],
        modules: &["infinity_emb"],
        images: &["michaelf34/infinity"],
        options: &["--model-id", "--model-name-or-path"],
        positional: false,
        variables: &["INFINITY_MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "huggingfaceserver",
        commands: &["huggingfaceserver"],
        modules: &["huggingfaceserver"],
        images: &["kserve/huggingfaceserver"],
        options: &["--model_id"],
        positional: false,
        variables: &["MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "FastChat",
        commands: &[],
        modules: &[
            "fastchat.serve.model_worker",
            "fastchat.serve.cli",
            "fastchat.serve.vllm_worker",
        ],
        images: &[],
        options: &["--model-path"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "Aphrodite",
        commands: &["aphrodite run"],
        modules: &["aphrodite.endpoints.openai.api_server"],
        images: &["alpindale/aphrodite-openai"],
        options: &["--model"],
        positional: true,
        variables: &["MODEL_NAME"],
        quantised: false,
    },
    Server {
        symbol: "Hugging Face inference toolkit",
        commands: &[],
        modules: &[],
        images: &[
            "pytorch-inference",
            "huggingface-pytorch-inference",
            "huggingface-pytorch-tgi-inference",
        ],
        options: &[],
        positional: false,
        variables: &["HF_MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "LMCache",
        commands: &["lmcache_vllm serve"],
        modules: &[],
        images: &["lmcache/vllm-openai"],
        options: &["--model"],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "speaches",
        commands: &[],
        modules: &[],
        images: &[
            "fedirz/faster-whisper-server",
            "ghcr.io/speaches-ai/speaches",
        ],
        options: &[],
        positional: false,
        variables: &["WHISPER__MODEL"],
        quantised: false,
    },
    Server {
        symbol: "LoRAX",
        commands: &["lorax-launcher"],
        modules: &[],
        images: &["ghcr.io/predibase/lorax"],
        options: &["--model-id"],
        positional: false,
        variables: &["MODEL_ID"],
        quantised: false,
    },
    Server {
        symbol: "LitGPT",
        commands: &[
            "litgpt download",
            "litgpt serve",
            "litgpt chat",
            "litgpt generate",
            "litgpt finetune",
            "litgpt finetune_lora",
            "litgpt pretrain",
        ],
        modules: &[],
        images: &[],
        options: &["--repo_id"],
        positional: true,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "mistral.rs",
        commands: &[
            "mistralrs-server",
            "mistralrs",
            "mistralrs run",
            "mistralrs serve",
        ],
        modules: &[],
        images: &["ghcr.io/ericlbuehler/mistral.rs"],
        options: &["-m", "--model-id", "-q", "--quantized-model-id"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "CTranslate2",
        commands: &["ct2-transformers-converter"],
        modules: &[],
        images: &[],
        options: &["--model"],
        positional: false,
        variables: &[],
        quantised: false,
    },
    Server {
        symbol: "MLC LLM",
        commands: &["mlc_llm serve", "mlc_llm chat"],
        modules: &["mlc_llm"],
        images: &[],
        options: &["--model"],
        positional: true,
        variables: &[],
        quantised: false,
    },
];

/// The server that a command starts.
pub(super) fn of_command(words: &[String]) -> Option<&'static Server> {
    SERVERS
        .iter()
        .find(|server| matched(words, server).is_some())
}

/// How many words name the program of a server.
pub(super) fn skipped(words: &[String], server: &Server) -> usize {
    matched(words, server).unwrap_or(1)
}

fn matched(words: &[String], server: &Server) -> Option<usize> {
    let program = file_name(words.first()?);
    if matches!(program, "python" | "python3") {
        let module = words
            .get(2)
            .filter(|_| words.get(1).is_some_and(|word| word == "-m"))?;
        return server.modules.contains(&module.as_str()).then_some(3);
    }
    let mut longest = None;
    for command in server.commands {
        let mut wanted = command.split(' ');
        let count = command.split(' ').count();
        let fits = wanted.next() == Some(program)
            && wanted
                .zip(
                    words
                        .iter()
                        .skip(1)
                        .map(Some)
                        .chain(std::iter::repeat(None)),
                )
                .all(|(wanted, word)| word.is_some_and(|word| word == wanted));
        if fits {
            longest = longest.max(Some(count));
        }
    }
    longest
}

/// The server that an image starts.
pub(super) fn of_image(reference: &Reference) -> Option<&'static Server> {
    let repository = reference.repository();
    SERVERS.iter().find(|server| {
        server
            .images
            .iter()
            .any(|image| repository == *image || reference.name == *image)
    })
}
