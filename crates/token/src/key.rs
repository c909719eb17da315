use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use waybill_attest::{PublicKey, SignError, Signer, ec_public_key, ecdsa_in_der};

use crate::{Address, TokenError};

/// A private key in a token that is open.
pub struct TokenKey {
    session: Session,
    handle: ObjectHandle,
    public: PublicKey,
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TokenKey({})", self.public.id())
    }
}

fn failed(what: &'static str) -> impl FnOnce(cryptoki::error::Error) -> TokenError {
    move |error| TokenError::Token {
        what,
        reason: error.to_string(),
    }
}

/// Opens the token and finds the key. Loads the library that the address names.
///
/// # Errors
/// [`TokenError`].
pub fn open(address: &Address, pin: Option<&[u8]>) -> Result<TokenKey, TokenError> {
    let library = Pkcs11::new(&address.module).map_err(failed("load the library of the token"))?;
    library
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .map_err(failed("start the library of the token"))?;
    let slot = slot(&library, address)?;
    let session = library
        .open_ro_session(slot)
        .map_err(failed("open the token"))?;
    if let Some(pin) = pin {
        let pin = String::from_utf8(pin.to_vec()).map_err(|_| TokenError::Token {
            what: "use the PIN",
            reason: "it is not UTF-8".to_owned(),
        })?;
        session
            .login(UserType::User, Some(&AuthPin::from(pin)))
            .map_err(failed("log in to the token"))?;
    }
    let handle = only(find(&session, ObjectClass::PRIVATE_KEY, address)?, "key")?;
    let public = public(&session, handle, address)?;
    Ok(TokenKey {
        session,
        handle,
        public,
    })
}

fn slot(library: &Pkcs11, address: &Address) -> Result<Slot, TokenError> {
    let slots = library
        .get_slots_with_initialized_token()
        .map_err(failed("list the tokens"))?;
    let mut found = Vec::new();
    for slot in slots {
        let info = library
            .get_token_info(slot)
            .map_err(failed("read what the token is"))?;
        let is = |wanted: &Option<String>, is: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == is.trim_end())
        };
        if is(&address.token, info.label()) && is(&address.serial, info.serial_number()) {
            found.push(slot);
        }
    }
    only(found, "token")
}

fn only<T>(found: Vec<T>, what: &'static str) -> Result<T, TokenError> {
    let count = found.len();
    <[T; 1]>::try_from(found)
        .map(|[only]| only)
        .map_err(|_| TokenError::Ambiguous { what, count })
}

fn find(
    session: &Session,
    class: ObjectClass,
    address: &Address,
) -> Result<Vec<ObjectHandle>, TokenError> {
    let mut wanted = vec![Attribute::Class(class)];
    if let Some(label) = &address.object {
        wanted.push(Attribute::Label(label.clone().into_bytes()));
    }
    if let Some(id) = &address.id {
        wanted.push(Attribute::Id(id.clone()));
    }
    session
        .find_objects(&wanted)
        .map_err(failed("look for the key"))
}

/// The public key stands beside the private one, under the same id.
fn public(
    session: &Session,
    private: ObjectHandle,
    address: &Address,
) -> Result<PublicKey, TokenError> {
    let id = session
        .get_attributes(private, &[AttributeType::Id])
        .map_err(failed("read the id of the key"))?;
    let same = Address {
        id: id.into_iter().find_map(|attribute| match attribute {
            Attribute::Id(id) if !id.is_empty() => Some(id),
            _ => None,
        }),
        ..address.clone()
    };
    let handle = only(find(session, ObjectClass::PUBLIC_KEY, &same)?, "public key")?;
    let read = session
        .get_attributes(handle, &[AttributeType::EcParams, AttributeType::EcPoint])
        .map_err(failed("read the public key"))?;
    let (mut curve, mut point) = (Vec::new(), Vec::new());
    for attribute in read {
        match attribute {
            Attribute::EcParams(bytes) => curve = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            _ => {}
        }
    }
    Ok(ec_public_key(&curve, &point)?)
}

impl Signer for TokenKey {
    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let digest = self.public.algorithm().hash().digest(message);
        let raw = self
            .session
            .sign(&Mechanism::Ecdsa, self.handle, &digest)
            .map_err(|error| SignError(format!("the token: {error}")))?;
        let signature = ecdsa_in_der(&raw)
            .ok_or_else(|| SignError("the token gave no signature of ECDSA".to_owned()))?;
        // A token that signs with another key than it shows is found out before anybody else does.
        if self.public.verifies(message, &signature) {
            Ok(signature)
        } else {
            Err(SignError(
                "what the token signed does not verify with its public key".to_owned(),
            ))
        }
    }
}
