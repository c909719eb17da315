"""Signs models with model-signing 1.1.1 for Waybill to verify, and verifies what Waybill signed.

Usage: signing.py WAYBILL SCRATCH
"""

import datetime
import os
import pathlib
import shutil
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from model_signing import hashing, signing, verifying

CURVES = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1}
PASSWORD = "correct horse"


def pem(key, password=None, old=False):
    protection = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    form = (
        serialization.PrivateFormat.TraditionalOpenSSL
        if old
        else serialization.PrivateFormat.PKCS8
    )
    return key.private_bytes(serialization.Encoding.PEM, form, protection)


def public_pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def certificate(subject, key, issuer, issuer_key, authority):
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority, key_cert_sign=authority, crl_sign=authority,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )
    if not authority:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def write_material(folder):
    """Keys of all curves in all forms, and a chain of certificates with RSA and ECDSA in it."""
    keys = {}
    for name, curve in CURVES.items():
        key = keys[name] = ec.generate_private_key(curve())
        (folder / f"{name}.pem").write_bytes(pem(key))
        (folder / f"{name}.sec1.pem").write_bytes(pem(key, old=True))
        (folder / f"{name}.locked.pem").write_bytes(pem(key, PASSWORD))
        (folder / f"{name}.pub").write_bytes(public_pem(key))
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    middle_key = ec.generate_private_key(ec.SECP384R1())
    root = certificate("root", root_key, "root", root_key, True)
    middle = certificate("middle", middle_key, "root", root_key, True)
    text = lambda *all: b"".join(one.public_bytes(serialization.Encoding.PEM) for one in all)
    (folder / "root.pem").write_bytes(text(root))
    (folder / "middle.pem").write_bytes(text(middle))
    (folder / "middle.key").write_bytes(pem(middle_key))
    for name, key in keys.items():
        leaf = certificate(f"signer {name}", key, "middle", middle_key, False)
        (folder / f"{name}.leaf.pem").write_bytes(text(leaf))
        (folder / f"{name}.chain.pem").write_bytes(text(leaf, middle))


def write_model(folder):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "weights").mkdir(parents=True)
    (folder / "config.json").write_text('{"hidden": 64}')
    (folder / "weights/a.bin").write_bytes(bytes(range(256)) * 5000)
    (folder / "weights/b-1.bin").write_bytes(b"\0" * 1000)
    (folder / "weights.bin").write_bytes(b"x" * 70)
    (folder / "empty").write_bytes(b"")
    (folder / ".gitignore").write_text("*.tmp")


def waybill(program, expected, *arguments, password=None):
    environment = {"PASSWORD": password} if password else {}
    if "SOFTHSM2_CONF" in os.environ:
        environment["SOFTHSM2_CONF"] = os.environ["SOFTHSM2_CONF"]
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == expected, (arguments, done.returncode, done.stdout, done.stderr)


def config(algorithm, shards):
    made = hashing.Config()
    if shards:
        return made.use_shard_serialization(hashing_algorithm=algorithm, shard_size=shards)
    return made.use_file_serialization(hashing_algorithm=algorithm)


def refused(action):
    try:
        action()
    except (ValueError, TypeError) as error:
        return str(error)
    raise AssertionError("a changed model was accepted")


def both_ways(program, folder, model, curve, certified, algorithm, shards):
    signature = model / "model.sig"
    signer, verifier = signing.Config(), verifying.Config()
    if certified:
        signer.use_certificate_signer(
            private_key=folder / f"{curve}.pem",
            signing_certificate=folder / f"{curve}.leaf.pem",
            certificate_chain=[folder / "middle.pem"],
        )
        verifier.use_certificate_verifier(certificate_chain=[folder / "root.pem"])
        sign = ["--chain", folder / f"{curve}.chain.pem"]
        trust = ["--root", folder / "root.pem"]
    else:
        signer.use_elliptic_key_signer(private_key=folder / f"{curve}.pem")
        verifier.use_elliptic_key_verifier(public_key=folder / f"{curve}.pub")
        sign, trust = [], ["--key", folder / f"{curve}.pub"]
    hashed = lambda: config(algorithm, shards).set_ignored_paths(paths=[signature])
    # Theirs, verified by Waybill.
    write_model(model)
    signer.set_hashing_config(hashed()).sign(model, signature)
    waybill(program, 0, "verify", model, *trust)
    (model / "config.json").write_text('{"hidden": 65}')
    waybill(program, 1, "verify", model, *trust)
    # Ours, verified by them.
    for form in ["pem", "sec1.pem", "locked.pem"]:
        write_model(model)
        options = ["--hash", algorithm, *sign]
        if shards:
            options += ["--shard-size", shards, "--compat", "model-signing-1"]
        locked = form == "locked.pem"
        options += ["--password-env", "PASSWORD"] if locked else []
        waybill(
            program, 0, "sign", model, "--key", folder / f"{curve}.{form}", *options,
            password=PASSWORD if locked else None,
        )
        waybill(program, 0, "verify", model, *trust)
        verifier.set_hashing_config(hashed()).verify(model, signature)
        (model / "weights.bin").write_bytes(b"y" * 70)
        refused(lambda: verifier.set_hashing_config(hashed()).verify(model, signature))


def one_file(program, folder, model):
    """A model that is one file, both ways."""
    write_model(model)
    file, signature = model / "weights.bin", folder / "one.sig"
    signer = signing.Config().use_elliptic_key_signer(private_key=folder / "p256.pem")
    verifier = verifying.Config().use_elliptic_key_verifier(public_key=folder / "p256.pub")
    signer.sign(file, signature)
    waybill(program, 0, "verify", file, "--signature", signature, "--key", folder / "p256.pub")
    waybill(
        program, 0, "sign", file, "--signature", signature, "--key", folder / "p256.pem",
        "--compat", "model-signing-1",
    )
    verifier.verify(file, signature)


def strict(program, folder, model):
    """What `--strict` adds is passed over by others."""
    write_model(model)
    (model / "logs").mkdir()
    (model / ".git").mkdir()
    (model / ".git/HEAD").write_text("ref: refs/heads/main")
    waybill(program, 0, "sign", model, "--key", folder / "p256.pem", "--strict")
    waybill(program, 0, "verify", model, "--key", folder / "p256.pub", "--strict")
    verifying.Config().use_elliptic_key_verifier(public_key=folder / "p256.pub").verify(
        model, model / "model.sig"
    )


def statements(program, folder, model):
    """Statements with a certificate count under a policy that names root and subject."""
    write_model(model)
    chain = lambda curve: ["--key", folder / f"{curve}.pem", "--chain", folder / f"{curve}.chain.pem"]
    waybill(program, 0, "sign", model, *chain("p256"))
    for curve in CURVES:
        waybill(
            program, 0, "attest", "approval", model, "--by", curve, "--why", "reviewed",
            *chain(curve), "--write", folder / f"{curve}.approval.json",
        )
    other_key = ec.generate_private_key(ec.SECP256R1())
    other = certificate("root", other_key, "root", other_key, True)
    (folder / "other-root.pem").write_bytes(other.public_bytes(serialization.Encoding.PEM))

    def verified(expected, root, subject, curves, count):
        who = f'certificates = [{{ roots = ["{root}"], subjects = ["{subject}"] }}]'
        (folder / "policy.toml").write_text(
            'schema = "waybill.statements/1"\n'
            f"[[signer]]\n{who}\n"
            f'[[require]]\nstatement = "approval"\n{who}\ncount = {count}\n'
        )
        given = [one for curve in curves for one in ("--attestation", folder / f"{curve}.approval.json")]
        waybill(program, expected, "verify", model, "--policy", folder / "policy.toml", *given)

    verified(0, "root.pem", "signer *", CURVES, len(CURVES))
    verified(0, "root.pem", "signer p256", ["p256"], 1)
    verified(1, "root.pem", "signer p256", CURVES, 2)
    verified(1, "root.pem", "signer p25", ["p256"], 1)
    verified(1, "root.pem", "signer *", ["p256", "p256"], 2)
    verified(1, "other-root.pem", "signer *", CURVES, 1)
    # A second key under one name is no second signer.
    again = ec.generate_private_key(ec.SECP256R1())
    (folder / "p256.pem").write_bytes(pem(again))
    middle_key = serialization.load_pem_private_key((folder / "middle.key").read_bytes(), None)
    leaf = certificate("signer p256", again, "middle", middle_key, False)
    (folder / "p256.chain.pem").write_bytes(
        leaf.public_bytes(serialization.Encoding.PEM) + (folder / "middle.pem").read_bytes()
    )
    waybill(
        program, 0, "attest", "approval", model, "--by", "again", "--why", "reviewed",
        *chain("p256"), "--write", folder / "again.approval.json",
    )
    verified(1, "root.pem", "signer p256", ["p256", "again"], 2)


def token(program, folder, model):
    """A key that stays in a token signs what everybody verifies."""
    library = next(pathlib.Path("/usr/lib").glob("**/libsofthsm2.so"), None)
    assert library, "install softhsm2"
    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    hsm = lambda *all: subprocess.run(
        ["softhsm2-util", "--module", str(library), *map(str, all)], check=True, capture_output=True
    )
    hsm("--init-token", "--free", "--label", "signers", "--so-pin", "1234", "--pin", "5678")
    for number, curve in enumerate(CURVES):
        hsm(
            "--import", folder / f"{curve}.pem", "--token", "signers", "--pin", "5678",
            "--label", curve, "--id", f"0{number + 1}",
        )
        write_model(model)
        address = f"pkcs11:token=signers;object={curve}?module-path={library}"
        sign = ["sign", model, "--pkcs11", address, "--password-env", "PASSWORD"]
        waybill(program, 0, *sign, password="5678")
        waybill(program, 0, "verify", model, "--key", folder / f"{curve}.pub")
        verifying.Config().use_elliptic_key_verifier(public_key=folder / f"{curve}.pub").verify(
            model, model / "model.sig"
        )
        waybill(program, 2, *sign, password="0000")
    waybill(program, 2, "sign", model, "--pkcs11", f"pkcs11:token=signers?module-path={library}",
            "--password-env", "PASSWORD", password="5678")


def main():
    program, scratch = sys.argv[1], pathlib.Path(sys.argv[2])
    folder, model = scratch / "material", scratch / "model"
    folder.mkdir(parents=True)
    write_material(folder)
    count = 0
    for curve in CURVES:
        for certified in [False, True]:
            for algorithm in ["sha256", "blake3"]:
                # With BLAKE3 model-signing makes no shards.
                for shards in [None, 300_000] if algorithm == "sha256" else [None]:
                    both_ways(program, folder, model, curve, certified, algorithm, shards)
                    count += 1
    one_file(program, folder, model)
    strict(program, folder, model)
    token(program, folder, model)
    statements(program, folder, model)
    print(f"model-signing: {count} ways of signing, both ways, and models of one file; what --strict adds is passed over; tokens sign; statements with certificates count")


main()
