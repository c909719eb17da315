/* Computing coins on somebody else's machine. */

rule coin_miner_settings {
  meta:
    description = "settings or a command line of a program that mines coins"
    severity = "high"
  strings:
    $pool = /stratum\+(tcp|ssl|tls)s?:\/\/[\w.-]{3,100}:\d{2,5}/ nocase
    $name = /\b(xmrig|xmr-stak|minerd|cpuminer|ethminer|t-rex|phoenixminer|nbminer|lolminer|gminer|teamredminer)\b/ nocase
    $level = "donate-level" nocase
    $coin = /"(algo|coin)"\s{0,4}:\s{0,4}"(rx\/|cn\/|randomx|cryptonight|monero|kawpow|ethash)/ nocase
    $wallet = /\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/
    $flags = /-o\s{1,4}\S{5,100}:\d{2,5}\s{1,4}(-\w+\s{1,4}\S{1,120}\s{1,4}){0,6}-u\s{1,4}\S{20,120}/
  condition:
    filesize < 16MB and (($pool and any of ($name, $level, $coin, $wallet, $flags)) or ($name and $flags and $wallet))
}

rule coin_miner_program {
  meta:
    description = "a program that mines coins"
    severity = "high"
  strings:
    $name = "xmrig" nocase
    $level = "donate-level"
    $over = "donate.v2.xmrig.com"
    $pool = "stratum+tcp://"
    $work = "mining.submit"
    $login = "\"method\":\"login\""
    $random = "randomx" nocase
    $pages = "huge-pages"
  condition:
    (uint32(0) == 0x464c457f or uint16(0) == 0x5a4d or uint32(0) == 0xfeedfacf) and 4 of them
}
