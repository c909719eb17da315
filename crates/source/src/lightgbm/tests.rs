use super::*;

const GOOD: &str = "tree\nversion=v4\nmax_feature_idx=1\nfeature_names=a b\ntree_sizes=1\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=0.1 -2e-05\nshrinkage=1\n\nTree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0\n\nend of trees\n\nparameters:\n[x: y]\n";

fn problems(text: &str) -> Vec<String> {
    let facts = parse(text);
    facts
        .problems
        .into_iter()
        .map(|problem| problem.what)
        .collect()
}

#[test]
fn an_ordinary_model_says_what_it_holds() {
    let facts = parse(GOOD);
    assert_eq!(
        (facts.names, facts.trees),
        (vec!["a".to_owned(), "b".to_owned()], 2)
    );
    assert_eq!(problems(GOOD), Vec::<String>::new());
}

#[test]
fn contradictions_are_told() {
    let cases = [
        (
            "num_leaves=2",
            "num_leaves=3",
            "a tree needs 2 values of split_feature, it holds 1",
        ),
        (
            "split_feature=1",
            "split_feature=7",
            "a tree holds `7` in split_feature, where 0 to 1 may stand",
        ),
        (
            "left_child=-1",
            "left_child=-9",
            "a tree holds `-9` in left_child, where -2 to 0 may stand",
        ),
        (
            "leaf_value=0.1",
            "leaf_value=x",
            "a tree holds what is no number in leaf_value",
        ),
        (
            "max_feature_idx=1",
            "max_feature_idx=5",
            "the header states 5 as its highest feature and names 2",
        ),
        ("end of trees", "x=1", "the model ends before its trees do"),
        ("shrinkage=1", "num_cat=1", "`num_cat` stands twice"),
    ];
    for (from, to, expected) in cases {
        let text = GOOD.replacen(from, to, 1);
        assert!(
            problems(&text).contains(&expected.to_owned()),
            "{to}: {:?}",
            problems(&text)
        );
    }
}
