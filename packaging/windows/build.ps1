# SPDX-License-Identifier: Apache-2.0
# UNPROVEN: written from jpackage's documentation, never run by this project. Makes an .msi for one user, without
# administrator's rights. Needs a JDK 25 and WiX 3.14 or newer on PATH, and ./mvnw package done before.
$ErrorActionPreference = "Stop"
$root = Split-Path (Split-Path $PSScriptRoot)
$out = Join-Path $root "packaging/target"
$jars = Join-Path $out "jars"
Remove-Item -Recurse -Force $out -ErrorAction SilentlyContinue
New-Item -ItemType Directory $jars | Out-Null
$app = Join-Path $root "cli/target/app"
Copy-Item (Get-Item "$app/cli-*.jar") (Join-Path $jars "perennial.jar")
foreach ($name in "core", "card", "protocol", "agent", "virtualcard", "picocli", "bcprov", "bcpkix", "bcutil", "jcardsim", "jspecify") {
  Copy-Item "$app/lib/$name-*.jar" $jars
}
& "$env:JAVA_HOME/bin/jpackage" --type msi --name Perennial --app-version 0.1.0 --vendor "The Perennial developers" `
  --input $jars --main-jar perennial.jar --main-class perennial.cli.HolderProgram --arguments agent `
  --add-modules "java.base,java.naming,java.net.http,jdk.net,jdk.unsupported,jdk.crypto.mscapi" `
  --java-options "--enable-native-access=ALL-UNNAMED" --java-options "-XX:+UseSerialGC" --java-options "-Xmx48m" `
  --win-per-user-install --win-menu --win-upgrade-uuid "7f0f5f63-5d0e-4b76-9a55-2d7c7a4b5b52" --dest $out
# Start at log-in: HKCU\Software\Microsoft\Windows\CurrentVersion\Run, value Perennial = the installed Perennial.exe.
# Silent installation: msiexec /i Perennial-0.1.0.msi /qn
