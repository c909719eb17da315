/* Lines that fetch, decode and run something, in whatever they are hidden. */

rule reverse_shell_line {
  meta:
    description = "a command line that hands a shell to another machine"
    severity = "high"
  strings:
    $bash = /bash -i\s{0,4}(>&|>\s?&|&>)\s{0,4}\/dev\/(tcp|udp)\/[^\s\/]{1,80}\/\d{1,5}/
    $exec = /exec \d{1,3}<>\s?\/dev\/(tcp|udp)\/[^\s\/]{1,80}\/\d{1,5}/
    $netcat = /\bn(c|cat|etcat)(\.traditional|\.openbsd)? (-[a-z]{1,6} ){0,4}(-e|-c) ?(\/bin\/|\/usr\/bin\/)?(ba|da|z|k)?sh\b/
    $fifo = /mkfifo [^;|&]{1,80}(;|&&)\s{0,4}.{0,80}\|\s{0,4}(\/bin\/)?(ba)?sh -i.{0,40}\|\s{0,4}n(c|cat) /
    $socat = /socat .{0,120}exec:['"]?(\/bin\/)?(ba)?sh\b.{0,120}tcp(-connect)?:/ nocase
    $perl = /perl -e .{0,40}use Socket;.{0,200}exec\(?\s{0,4}["'{]\/bin\/sh/
    $dup = /os\.dup2\(\s{0,4}\w{1,30}\.fileno\(\)\s{0,4},\s{0,4}[012]\s{0,4}\)/
    $spawn = /(pty\.spawn|subprocess\.(call|run|Popen))\(\s{0,4}\[?\s{0,4}["']\/bin\/(ba)?sh["']/
  condition:
    any of ($bash, $exec, $netcat, $fifo, $socat, $perl) or all of ($dup, $spawn)
}

rule powershell_loader {
  meta:
    description = "PowerShell that decodes or fetches something and runs it unseen"
    severity = "high"
  strings:
    $shell = "powershell" nocase ascii wide
    $hidden = /-w(indowstyle)?\s{1,4}(hidden|1)\b/ nocase ascii wide
    $encoded = /-e(nc|ncodedcommand|c)?\s{1,4}[A-Za-z0-9+\/]{60,}/ nocase ascii wide
    $decode = "FromBase64String" nocase ascii wide
    $fetch = /(Net\.WebClient|Invoke-WebRequest|\biwr\b|DownloadString|DownloadData|DownloadFile)/ nocase ascii wide
    $run = /(\biex\b|Invoke-Expression|\.Invoke\(\)|Reflection\.Assembly\]::Load)/ nocase ascii wide
  condition:
    $shell and (($encoded and $hidden) or ($run and $fetch and ($hidden or $decode)))
}

rule shellcode_runner {
  meta:
    description = "a script that puts machine code into memory and starts it"
    severity = "high"
  strings:
    $place = /VirtualAlloc(Ex)?\b/
    $copy = /(RtlMoveMemory|WriteProcessMemory|memmove)\b/
    $start = /(CreateThread|CreateRemoteThread|NtCreateThreadEx|QueueUserAPC|EnumSystemLocalesA)\b/
    $script = /(ctypes|windll|DllImport|Add-Type|ffi\.dlopen|GetDelegateForFunctionPointer)\b/
    $bytes = /(\\x[0-9a-fA-F]{2}){40}|(0x[0-9a-fA-F]{2},\s?){40}/
  condition:
    uint16(0) != 0x5a4d and uint32(0) != 0x464c457f and filesize < 4MB and $script and $place and $copy and $start and $bytes
}

rule script_host_loader {
  meta:
    description = "a script for Windows that fetches a file and starts it"
    severity = "high"
  strings:
    $host = /CreateObject\(\s{0,4}["']WScript\.Shell["']\s{0,4}\)|new ActiveXObject\(\s{0,4}["']WScript\.Shell["']/ nocase
    $fetch = /(MSXML2\.(Server)?XMLHTTP|Microsoft\.XMLHTTP|WinHttp\.WinHttpRequest)/ nocase
    $save = "ADODB.Stream" nocase
    $run = /\.(Run|Exec)\s{0,4}[\("]/ nocase
  condition:
    filesize < 2MB and $host and $fetch and $save and $run
}

rule web_shell {
  meta:
    description = "a page that runs what its visitors send"
    severity = "high"
  strings:
    $php = "<?php" nocase
    $php_run = /\b(eval|assert|system|shell_exec|passthru|exec|popen)\s{0,4}\(\s{0,4}(@|base64_decode\(|gzinflate\(|str_rot13\()?\s{0,4}\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
    $php_wrapped = /eval\s{0,4}\(\s{0,4}(gzinflate|gzuncompress|str_rot13)\s{0,4}\(\s{0,4}base64_decode\s{0,4}\(/ nocase
    $jsp = /Runtime\.getRuntime\(\)\.exec\(\s{0,4}request\.getParameter\(/
    $asp = /eval\s{0,4}\(?\s{0,4}request(\.item|\.form)?\s{0,4}[\(\[]/ nocase
    $asp_page = /<%@? ?(page|eval|language)/ nocase
  condition:
    filesize < 2MB and (($php and ($php_run or $php_wrapped)) or $jsp or ($asp and $asp_page))
}
