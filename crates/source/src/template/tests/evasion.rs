//! Every way of spelling an attribute's name is followed.

use super::super::{Key, Root, Via, parse};
use super::names;

/// Each of these reaches for `__class__`.
const SPELLINGS: [&str; 58] = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''['__cl'+'ass__'] }}",
    "{{ ''['__cl'~'ass__'] }}",
    "{{ ''['__cl' 'ass__'] }}",
    "{{ ''[\"\\x5f\\x5fclass\\x5f\\x5f\"] }}",
    "{{ ''['\\u005f_class\\137_'] }}",
    "{{ ''['\\N{LOW LINE}_class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('__cl' ~ 'ass__') }}",
    "{{ x|attr(name='__class__') }}",
    "{{ [x]|map(attribute='__class__') }}",
    "{{ [x]|map(attribute='a.__class__.b') }}",
    "{{ [x]|map('attr', '__class__') }}",
    "{{ [x]|selectattr('__class__') }}",
    "{{ [x]|rejectattr('__class__', 'defined') }}",
    "{{ [x]|groupby('__class__') }}",
    "{{ [x]|groupby(attribute='__class__') }}",
    "{{ [x]|sort(attribute='a,__class__') }}",
    "{{ [x]|sum('__class__') }}",
    "{{ [x]|join(',', attribute='__class__') }}",
    "{{ [x]|max(attribute='__class__') }}",
    "{{ ''['%c%cclass%c%c'|format(95,95,95,95)] }}",
    "{{ ''['%s%s' % ('__cl', 'ass__')] }}",
    "{{ ''['__%s__' % 'class'] }}",
    "{{ ''['{}{}'.format('__cl','ass__')] }}",
    "{{ ''['{1}{0}'.format('ass__','__cl')] }}",
    "{{ ''['__{n}__'.format(n='class')] }}",
    "{{ ''[['__','class','__']|join] }}",
    "{{ ''[''.join(['__','class','__'])] }}",
    "{{ ''['__', 'class', '__'|join]|default }}{{ ''[('__','class__')|join('')] }}",
    "{{ ''['__clXss__'|replace('X','a')] }}",
    "{{ ''['__clXss__'.replace('X','a')] }}",
    "{{ ''['__CLASS__'|lower] }}",
    "{{ ''['__CLASS__'.lower()] }}",
    "{{ ''['__ssalc__'[::-1]] }}",
    "{{ ''['__ssalc__'|reverse] }}",
    "{{ ''['xx__class__yy'[2:-2]] }}",
    "{{ ''['_' * 2 ~ 'class' ~ '_' * 2] }}",
    "{% set u = '__' %}{{ ''[u ~ 'class' ~ u] }}",
    "{% set u, v = '__cl', 'ass__' %}{{ ''[u + v] }}",
    "{% set u %}__class__{% endset %}{{ ''[u] }}",
    "{% set u -%}  __class__ {%- endset %}{{ ''[u] }}",
    "{% set ns = namespace(u='__cl') %}{{ ''[ns.u ~ 'ass__'] }}",
    "{% set ns = namespace() %}{% set ns.u = '__class__' %}{{ ''[ns.u] }}",
    "{{ ''[['a','__class__'][1]] }}",
    "{{ ''[{'k': '__class__'}['k']] }}",
    "{{ ''[{'k': '__class__'}.k] }}",
    "{{ ''[dict(__cl=1,ass__=2)|join] }}",
    "{{ ''[(dict(__class__=1)|list)[0]] }}",
    "{{ ''['a,__class__'.split(',')[1]] }}",
    "{{ ''[' __class__ '|trim] }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ x.__getattribute__('__class__') }}",
    "{% for n in ['a', '__class__'] %}{{ x|attr(n) }}{% endfor %}",
    "{% if a %}{% set n = '__class__' %}{% else %}{% set n = b %}{% endif %}{{ x[n] }}",
    "{% set ns = namespace(n='a') %}{% for i in y %}{{ x[ns.n] }}{% set ns.n = '__class__' %}{% endfor %}",
    "{{ ''[['__CL','ASS__']|map('lower')|join] }}",
];

#[test]
fn every_spelling_is_followed() {
    for template in SPELLINGS {
        let found = names(template);
        assert!(
            found.iter().any(|name| name == "__class__"),
            "{template}: {found:?}"
        );
    }
}

#[test]
fn known_attacks_give_the_telling_names() {
    let attack = "{{ cycler.__init__.__globals__.os.popen('echo pwned').read() }}";
    assert_eq!(
        names(attack),
        ["__init__", "__globals__", "os", "popen", "read"]
    );
    let facts = parse(attack);
    assert_eq!(facts.calls[0].path, "cycler.__init__.__globals__.os.popen");
    assert_eq!(facts.calls[0].root, Root::Name("cycler".to_owned()));
    assert_eq!(facts.calls[0].constant_arguments, ["echo pwned"]);
    assert!(!facts.binds("cycler"));

    let attack = "{% for c in [].__class__.__base__.__subclasses__() %}\
        {% if c.__name__ == 'catch_warnings' %}\
        {{ c()._module.__builtins__['__import__']('os').system('echo pwned') }}\
        {% endif %}{% endfor %}";
    let found = names(attack);
    for name in [
        "__class__",
        "__base__",
        "__subclasses__",
        "__builtins__",
        "__import__",
        "system",
    ] {
        assert!(found.iter().any(|this| this == name), "{name}");
    }
    let facts = parse(attack);
    assert_eq!(facts.accesses[0].root, Root::Literal);
    assert_eq!(
        facts.calls.last().map(|call| call.path.as_str()),
        Some("c()._module.__builtins__.__import__().system")
    );
}

#[test]
fn names_that_are_not_constant_are_computed() {
    for (template, root, via) in [
        (
            "{{ x[request_arg] }}",
            Root::Name("x".into()),
            Via::Subscript,
        ),
        (
            "{{ lipsum|attr(a ~ b) }}",
            Root::Name("lipsum".into()),
            Via::AttrFilter,
        ),
        (
            "{{ ''[(lipsum|string|list)[18] ~ 'x'] }}",
            Root::Literal,
            Via::Subscript,
        ),
        ("{{ (x or y)[k] }}", Root::Expression, Via::Subscript),
        (
            "{{ y|map(attribute=k) }}",
            Root::Name("y".into()),
            Via::FilterArgument("map".into()),
        ),
    ] {
        let facts = parse(template);
        let access = facts
            .accesses
            .iter()
            .find(|access| matches!(access.key, Key::Computed(_)));
        let access = access.unwrap_or_else(|| panic!("{template}"));
        assert_eq!((&access.root, &access.via), (&root, &via), "{template}");
    }
}

#[test]
fn indices_are_no_names() {
    for template in [
        "{{ messages[0] }}{{ messages[-1] }}{{ messages[1:] }}{{ x.0 }}",
        "{% for m in messages %}{{ messages[loop.index0 - 1] }}{% endfor %}",
        "{% for i in range(messages|length) %}{% set j = i + 1 %}{{ messages[j] }}{% endfor %}",
        "{% set i = messages|length - 1 %}{{ messages[i] }}",
    ] {
        let facts = parse(template);
        let subscripts = facts
            .accesses
            .iter()
            .filter(|access| access.via == Via::Subscript);
        assert_eq!(subscripts.count(), 0, "{template}");
    }
}

#[test]
fn a_variable_changed_in_place_is_not_trusted() {
    let facts = parse("{% set l = ['a'] %}{% do l.append('b') %}{{ x[l|join] }}");
    assert!(
        facts
            .accesses
            .iter()
            .any(|access| matches!(access.key, Key::Computed(_)))
    );
}
