//! Chat templates in the styles that models ship with; none has an error.

use super::super::{Via, parse};

const TEMPLATES: [(&str, &str); 14] = [
    (
        "chatml",
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    ),
    (
        "two-role",
        "{%- if messages[0].role == 'system' -%}{%- set head = messages[0].content -%}{%- set rest = messages[1:] -%}{%- else -%}{%- set rest = messages -%}{%- endif -%}{%- for m in rest -%}{%- if (m.role == 'user') != (loop.index0 % 2 == 0) -%}{{- raise_exception('roles must alternate') -}}{%- endif -%}{%- if m.role == 'user' -%}{{- bos_token ~ '[INST] ' ~ (head ~ '\n\n' if head is defined and loop.first else '') ~ m.content | trim ~ ' [/INST]' -}}{%- elif m.role == 'assistant' -%}{{- ' ' ~ m.content ~ eos_token -}}{%- endif -%}{%- endfor -%}",
    ),
    (
        "header ids",
        "{{- bos_token }}{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}{%- if not tools_in_user_message is defined %}{%- set tools_in_user_message = true %}{%- endif %}{%- if not date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = strftime_now(\"%d %b %Y\") %}{%- else %}{%- set date_string = \"26 Jul 2024\" %}{%- endif %}{%- endif %}{{- \"<|start_header_id|>system<|end_header_id|>\\n\\n\" }}{%- if builtin_tools is defined or tools is not none %}{{- \"Environment: ipython\\n\" }}{%- endif %}{%- if builtin_tools is defined %}{{- \"Tools: \" + builtin_tools | reject('equalto', 'code_interpreter') | join(\", \") + \"\\n\\n\"}}{%- endif %}{%- for t in tools %}{{- t | tojson(indent=4) }}{%- endfor %}{%- for message in messages %}{%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}{%- elif 'tool_calls' in message %}{%- if not message.tool_calls|length == 1 %}{{- raise_exception(\"one tool call at once\") }}{%- endif %}{%- set tool_call = message.tool_calls[0].function %}{%- for arg_name, arg_val in tool_call.arguments | items %}{{- arg_name + '=\"' + arg_val + '\"' }}{%- if not loop.last %}{{- \", \" }}{%- endif %}{%- endfor %}{%- endif %}{%- endfor %}",
    ),
    (
        "thinking",
        "{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}{%- for message in messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}{%- if ns.multi_step_tool and message.role == \"user\" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}{%- set ns.multi_step_tool = false %}{%- set ns.last_query_index = index %}{%- endif %}{%- endfor %}{%- for message in messages %}{%- set reasoning_content = '' %}{%- if message.reasoning_content is string %}{%- set reasoning_content = message.reasoning_content %}{%- elif '</think>' in message.content %}{%- set reasoning_content = message.content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}{%- endif %}{%- if loop.index0 > ns.last_query_index %}{{- '<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' }}{%- endif %}{%- endfor %}",
    ),
    (
        "full-width bars",
        "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, system_prompt='') %}{%- for message in messages %}{%- if message['role'] == 'assistant' and message['content'] is none %}{%- set ns.is_tool = false -%}{%- for tool in message['tool_calls']%}{%- if not ns.is_first %}{{'<｜Assistant｜><｜tool▁calls▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + tool['function']['name'] + '\\n' + '```json' + '\\n' + tool['function']['arguments'] + '\\n' + '```'}}{%- set ns.is_first = true -%}{%- endif %}{%- endfor %}{%- endif %}{%- endfor -%}{% if ns.is_tool %}{{'<｜tool▁outputs▁end｜>'}}{% endif %}",
    ),
    (
        "turns",
        "{{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- if messages[0]['content'] is string -%}{%- set first_user_prefix = messages[0]['content'] + '\n\n' -%}{%- else -%}{%- set first_user_prefix = messages[0]['content'][0]['text'] + '\n\n' -%}{%- endif -%}{%- set loop_messages = messages[1:] -%}{%- else -%}{%- set first_user_prefix = \"\" -%}{%- set loop_messages = messages -%}{%- endif -%}{%- for message in loop_messages -%}{{ '<start_of_turn>' + role + '\n' + (first_user_prefix if loop.first else \"\") }}{%- if message['content'] is string -%}{{ message['content'] | trim }}{%- elif message['content'] is iterable -%}{%- for item in message['content'] -%}{%- if item['type'] == 'image' -%}{{ '<start_of_image>' }}{%- elif item['type'] == 'text' -%}{{ item['text'] | trim }}{%- endif -%}{%- endfor -%}{%- else -%}{{ raise_exception(\"Invalid content type\") }}{%- endif -%}{{ '<end_of_turn>\n' }}{%- endfor -%}",
    ),
    (
        "tool ids",
        "{%- set user_messages = loop_messages | selectattr(\"role\", \"equalto\", \"user\") | list %}{%- for message in loop_messages | rejectattr(\"role\", \"equalto\", \"tool\") | rejectattr(\"role\", \"equalto\", \"tool_results\") | selectattr(\"tool_calls\", \"undefined\") %}{%- if (message[\"role\"] == \"user\") != (ns.index % 2 == 0) %}{{- raise_exception(\"After the optional system message, roles must alternate\") }}{%- endif %}{%- set ns.index = ns.index + 1 %}{%- endfor %}{%- if not tool_call.id is defined or tool_call.id|length != 9 %}{{- raise_exception(\"ids have 9 characters\") }}{%- endif %}{{- \"[AVAILABLE_TOOLS] [\" }}{%- for tool in tools %}{%- set tool = tool.function %}{{- '{\"type\": \"function\", \"function\": {' }}{%- for key, val in tool.items() if key != \"return\" %}{%- if val is string %}{{- '\"' + key + '\": \"' + val + '\"' }}{%- else %}{{- '\"' + key + '\": ' + val|tojson }}{%- endif %}{%- if not loop.last %}{{- \", \" }}{%- endif %}{%- endfor %}{{- \"}}\" }}{%- endfor %}",
    ),
    (
        "macros in types",
        "{%- macro json_to_python_type(json_spec) %}{%- set basic_type_map = {\"string\": \"str\", \"number\": \"float\", \"integer\": \"int\", \"boolean\": \"bool\"} %}{%- if basic_type_map[json_spec.type] is defined %}{{- basic_type_map[json_spec.type] }}{%- elif json_spec.type == \"array\" %}{{- \"List[\" + json_to_python_type(json_spec.items) + \"]\" }}{%- elif json_spec.type is iterable %}{{- \"Union[\" }}{%- for t in json_spec.type %}{{- json_to_python_type({\"type\": t}) }}{%- if not loop.last %}{{- \",\" }}{%- endif %}{%- endfor %}{{- \"]\" }}{%- else %}{{- \"Any\" }}{%- endif %}{%- endmacro %}{{ json_to_python_type(tools[0].parameters) }}",
    ),
    (
        "channels",
        "{%- macro render_tool_namespace(namespace_name, tools) -%}{{- \"## \" + namespace_name + \"\\n\\n\" }}{%- for tool in tools %}{%- if tool.parameters and tool.parameters.properties %}{%- for param_name, param_spec in tool.parameters.properties.items() %}{{- param_name }}{%- if param_name not in (tool.parameters.required or []) %}{{- \"?\" }}{%- endif -%}{%- if param_spec.default is defined %}{%- if param_spec.enum %}{{- \", // default: \" + param_spec.default }}{%- elif param_spec.oneOf %}{{- \"// default: \" + param_spec.default }}{%- endif %}{%- endif -%}{%- endfor %}{%- endif -%}{%- endfor %}{%- endmacro -%}{%- for message in loop_messages -%}{%- if message.role == 'assistant' -%}{%- if \"thinking\" in message %}{%- if \"<|channel|>analysis<|message|>\" in message.content or \"<|channel|>final<|message|>\" in message.content %}{{- raise_exception(\"separate fields, please\") }}{%- endif %}{%- endif %}{%- set future_final_message = namespace(found=false) %}{%- for future_message in loop_messages[loop.index:] %}{%- if future_message.role == 'assistant' and \"tool_calls\" not in future_message %}{%- set future_final_message.found = true %}{%- endif %}{%- endfor %}{{- \"<|start|>assistant<|channel|>final<|message|>\" + message.content + \"<|end|>\" }}{%- endif -%}{%- endfor -%}",
    ),
    (
        "generation marks",
        "{%- for message in messages -%}{%- if message.role == 'assistant' -%}{% generation %}{{ message.content }}{% endgeneration %}{%- else -%}{{ message.content }}{%- endif -%}{%- endfor -%}",
    ),
    (
        "system turn preamble",
        "{{ bos_token }}{%- macro document_turn(documents) -%}<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_ACTION|>[{% for doc in documents %}{\"document\": \"{{ loop.index0 }}\"{% for key, value in doc.items() %}, \"{{ key }}\": {{ value|tojson }}{% endfor %}}{% if not loop.last %},{% endif %}{% endfor %}]<|END_ACTION|>{%- endmacro %}{{ document_turn(documents) }}",
    ),
    (
        "end tags",
        "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}",
    ),
    (
        "loop controls",
        "{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}{% if loop.index > 100 %}{% break %}{% endif %}{% do seen.append(m) %}{{ m.content }}{% endfor %}",
    ),
    (
        "key lists",
        "{%- for key, value in json_dict | dictsort if key not in ['a', 'b'] -%}{%- set handled = ['type'] + extra -%}{{ '<' ~ key ~ '>' ~ (value | tojson | safe if value is mapping or (value is sequence and value is not string) else value | string) ~ '</' ~ key ~ '>' }}{%- endfor -%}",
    ),
];

#[test]
fn no_chat_template_has_an_error() {
    for (name, template) in TEMPLATES {
        let facts = parse(template);
        assert_eq!(facts.errors, [], "{name}");
        assert_eq!(facts.unknown_tags, [], "{name}");
        assert_eq!(facts.limits_reached, [], "{name}");
        assert_eq!(facts.inclusions, [], "{name}");
        assert_eq!(facts.expansions, [], "{name}");
    }
}

#[test]
fn no_chat_template_reaches_for_an_unusual_name() {
    for (name, template) in TEMPLATES {
        for access in parse(template).accesses {
            let constant = access.name().unwrap_or("");
            assert!(!constant.starts_with('_'), "{name}: {constant}");
            assert_ne!(access.via, Via::AttrFilter, "{name}");
        }
    }
}
