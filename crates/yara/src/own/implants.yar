/* Programs by which others keep hold of a machine. */

private rule native_program {
  condition:
    uint32(0) == 0x464c457f or uint16(0) == 0x5a4d or uint32(0) == 0xfeedfacf or uint32(0) == 0xfeedface
}

rule reflective_implant {
  meta:
    description = "a library of a remote-control framework that loads itself from memory"
    severity = "critical"
  strings:
    $loader = "ReflectiveLoader"
    $beacon = /beacon(\.x64|\.x86)?\.dll/
    $beacon_talk = "%s as %s\\%s: %d"
    $pipe = /\\\\(\.|%s)\\pipe\\(msagent_|MSSE-|postex_|status_)/
    $metsrv = /(metsrv|ext_server_\w{3,20})\.(x64|x86)?\.?dll/
    $meterpreter = /\b(stdapi_(sys|fs|net)_\w{4,40}|core_channel_open|core_loadlib|priv_elevate_getsystem)\b/
    $sliver = "bishopfox/sliver/"
    $havoc = "demon.x64.dll"
  condition:
    filesize < 64MB and (
      ($loader and any of ($beacon, $beacon_talk, $pipe, $metsrv, $meterpreter, $havoc)) or
      ($beacon_talk and $pipe) or (native_program and $sliver) or (native_program and #meterpreter > 5))
}

rule preload_rootkit {
  meta:
    description = "a library that hides processes or files and is loaded into every program"
    severity = "critical"
  strings:
    $file = "/etc/ld.so.preload"
    $next = "dlsym"
    $listing = /\breaddir(64)?(_r)?\b/
    $processes = "/proc/self/fd/"
    $network = /\/proc\/net\/(tcp|udp)6?/
    $shell = /(\/bin\/sh|\/bin\/bash|PTRACE_|pcap_loop|setresuid)/
  condition:
    uint32(0) == 0x464c457f and uint16(16) == 3 and filesize < 8MB and $file and $next and $listing and 2 of ($processes, $network, $shell)
}

rule bot_of_devices {
  meta:
    description = "a program that takes over small devices and attacks from them"
    severity = "critical"
  strings:
    $busybox = "/bin/busybox"
    $watchdog = "/dev/watchdog"
    $connections = "/proc/net/tcp"
    $routes = "/proc/net/route"
    $kill = /(enable\x00|system\x00|linuxshell|\/bin\/busybox (MIRAI|ECCHI|wget|tftp))/
    $flood = /(attack_(udp|tcp|gre|app)_|TSource Engine Query|\bsynflood|httpflood)/ nocase
  condition:
    uint32(0) == 0x464c457f and filesize < 4MB and $busybox and 3 of ($watchdog, $connections, $routes, $kill, $flood)
}

rule test_file_of_antivirus {
  meta:
    description = "the test file by which it is tried whether malware is noticed"
    severity = "high"
  strings:
    $text = { 58 35 4f 21 50 25 40 41 50 5b 34 5c 50 5a 58 35 34 28 50 5e 29 37 43 43 29 37 7d 24 45 49 43 41 52 }
  condition:
    $text at 0
}

rule ransom_note {
  meta:
    description = "a note that asks for money in return for files"
    severity = "medium"
  strings:
    $taken = /(your|all) (of )?(your )?(important )?(files|documents|data|network) (have been|has been|were|are) (encrypted|locked|stolen)/ nocase ascii wide
    $pay = /\b(bitcoin|btc|monero|xmr)\b/ nocase ascii wide
    $address = /\b(bc1[a-z0-9]{25,60}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}|[a-z2-7]{56}\.onion)\b/ ascii wide
    $threat = /(decryption (key|tool)|decryptor|private key|do not (rename|try|attempt))/ nocase ascii wide
  condition:
    filesize < 4MB and $taken and $pay and $address and $threat
}
