/* Collecting what others keep secret, together with a way out for it. */

private rule drop_place {
  strings:
    $discord = /discord(app)?\.com\/api\/webhooks\/\d{15,22}\/[\w-]{20,}/
    $telegram = /api\.telegram\.org\/bot\d{6,12}:[\w-]{25,}/
    $inspect = /https?:\/\/([\w-]{1,60}\.)?(webhook\.site|requestbin\.(com|net)|pipedream\.net|oast\.(pro|live|site|online|fun|me)|interact\.sh|burpcollaborator\.net|dnslog\.cn|ngrok(-free)?\.(io|app)|trycloudflare\.com|serveo\.net|transfer\.sh|file\.io|anonfiles\.com|gofile\.io)\b/ nocase
  condition:
    any of them
}

rule browser_secrets_sent {
  meta:
    description = "reads passwords or cookies out of browsers"
    severity = "high"
  strings:
    $data = /User Data[\\\/]{1,4}(Default[\\\/]{1,4})?(Login Data|Cookies|Web Data|Local State)/ ascii wide
    $login = "Login Data" ascii wide
    $state = "Local State" ascii wide
    $key = "encrypted_key" ascii wide
    $unprotect = "CryptUnprotectData" ascii wide
    $firefox = /(logins\.json|key4\.db|cookies\.sqlite)/ ascii wide
    $wallet = /(wallet\.dat|Exodus|Electrum[\\\/]wallets|nkbihfbeogaeaoehlefnkodbefgpgknn)/ ascii wide
  condition:
    filesize < 32MB and
    (($data or $login) and $state and $key and $unprotect) or (drop_place and 3 of ($data, $login, $state, $firefox, $wallet))
}

rule keys_sent {
  meta:
    description = "reads keys of the user or of the machine and names a place where strangers can collect them"
    severity = "high"
  strings:
    $ssh = /\.ssh[\/\\]{1,2}(id_(rsa|ed25519|ecdsa|dsa)|authorized_keys)/
    $cloud = /\.(aws[\/\\]{1,2}credentials|azure[\/\\]{1,2}accessTokens|kube[\/\\]{1,2}config|config[\/\\]{1,2}gcloud|docker[\/\\]{1,2}config\.json)/
    $instance = /169\.254\.169\.254\/(latest\/meta-data\/iam|metadata\/identity|computeMetadata)/
    $hub = /(\.cache[\/\\]{1,2}huggingface[\/\\]{1,2}token|\.huggingface[\/\\]{1,2}token|\.netrc|\.pypirc|\.npmrc)/
    $shadow = "/etc/shadow"
    $environ = /(json\.dumps|dict|str|repr)\(\s{0,4}(dict\()?os\.environ/
  condition:
    filesize < 32MB and drop_place and any of ($ssh, $cloud, $instance, $hub, $shadow, $environ)
}
