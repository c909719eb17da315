mod installed;
mod locks;
mod manifests;
mod requirements;

/// A digest that is made of one digit.
fn digest(digit: char) -> String {
    digit.to_string().repeat(64)
}
