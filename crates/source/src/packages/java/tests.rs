use super::{
    gradle_build, gradle_lockfile, gradle_verification_metadata, gradle_version_catalogue, pom,
};
use crate::packages::shown::shown;

#[test]
fn a_project_with_managed_versions_and_properties() {
    let text = r#"<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.5</version></parent>
  <groupId>org.example</groupId>
  <artifactId>app</artifactId>
  <version>${revision}</version>
  <name>An app</name>
  <licenses><license><name>Apache-2.0</name></license></licenses>
  <properties>
    <revision>1.4</revision>
    <jackson.version>2.17.0</jackson.version>
    <loop>${loop}${loop}</loop>
  </properties>
  <modules><module>core</module></modules>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>2.0.13</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-databind</artifactId>
      <version>${jackson.version}</version>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>own</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>[4.13,)</version><scope>test</scope></dependency>
    <dependency><groupId>a</groupId><artifactId>b</artifactId><version>${loop}</version><optional>true</optional></dependency>
    <dependency><groupId>a</groupId></dependency>
    <dependency><groupId>R&amp;D</groupId><artifactId>c</artifactId></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><version>3.4.1</version></plugin></plugins></build>
</project>
"#;
    let facts = pom(text);
    let text = shown(&facts);
    let mut lines: Vec<&str> = text.lines().collect();
    // The one that refers to itself stops at some length; which does not matter.
    let looping = lines.iter().position(|line| line.contains("maven a:b"));
    assert!(looping.is_some_and(|at| lines.remove(at).len() < 400));
    let expected = "wanted\n\
        project org.example:app 1.4 Apache-2.0 - [] []\n\
        3: maven org.springframework.boot:spring-boot-starter-parent @3.2.5 build direct\n\
        19: maven com.fasterxml.jackson.core:jackson-databind @2.17.0 direct\n\
        24: maven org.slf4j:slf4j-api @2.0.13 direct\n\
        25: maven org.example:own @1.4 direct\n\
        26: maven junit:junit wants=[4.13,) development direct\n\
        29: maven R&D:c wants= direct\n\
        31: maven org.apache.maven.plugins:maven-jar-plugin @3.4.1 build direct\n\
        16: maven org.slf4j:slf4j-api @2.0.13\n\
        14: include core\n\
        28: unread: a dependency has no group or no artifact";
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn half_a_pom() {
    let text = "<project><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId>\
        <version>1</version></dependency><dependency><groupId>c";
    assert_eq!(
        shown(&pom(text)),
        "wanted\nproject - - - - [] []\n1: maven a:b @1 direct\n\
         1: unread: the text ends within an element\n1: unread: a dependency has no group or no artifact"
    );
    assert_eq!(
        shown(&pom("<html></html>")),
        "wanted\n1: unread: the root element is not `project`"
    );
}

#[test]
fn gradle_files() {
    let text = "# This is a Gradle generated file\ncom.google.guava:guava:33.0.0-jre=compileClasspath,runtimeClasspath\n\
        junit:junit:4.13.2=testCompileClasspath,testRuntimeClasspath\nempty=annotationProcessor\nbroken\n";
    let expected = "locked\n\
        2: maven com.google.guava:guava @33.0.0-jre\n\
        3: maven junit:junit @4.13.2 development\n\
        5: unread: not a group, an artifact and a version";
    assert_eq!(shown(&gradle_lockfile(text)), expected);

    let text = "dependencies {\n    implementation \"com.google.guava:guava:33.0.0-jre\"\n    \
        implementation(\"org.example:kt:${ktVersion}\")\n    testImplementation('junit:junit:4.+') { transitive = false }\n    \
        api group: 'a.b', name: 'c', version: '1.0'\n    // implementation 'no:no:1'\n    implementation project(':own')\n    \
        /* implementation 'no:no:2'\n    implementation 'no:no:3' */\n    compileOnly 'org.projectlombok:lombok:1.18.32'\n}\n";
    let expected = "wanted\n\
        2: maven com.google.guava:guava @33.0.0-jre direct\n\
        3: maven org.example:kt wants= direct\n\
        4: maven junit:junit wants=4.+ development direct\n\
        5: maven a.b:c @1.0 direct\n\
        10: maven org.projectlombok:lombok @1.18.32 build direct";
    assert_eq!(shown(&gradle_build(text)), expected);

    let text = "[versions]\nkotlin = \"1.9.24\"\nrich = { strictly = \"[1.0,2.0)\" }\n[libraries]\n\
        std = { module = \"org.jetbrains.kotlin:kotlin-stdlib\", version.ref = \"kotlin\" }\n\
        rich = { group = \"a\", name = \"b\", version.ref = \"rich\" }\nshort = \"c:d:1.2\"\n\
        [plugins]\njvm = { id = \"org.jetbrains.kotlin.jvm\", version = \"1.9.24\" }\n";
    let expected = "wanted\n\
        5: maven org.jetbrains.kotlin:kotlin-stdlib @1.9.24\n\
        6: maven a:b wants=[1.0,2.0)\n\
        7: maven c:d @1.2\n\
        9: maven org.jetbrains.kotlin.jvm:org.jetbrains.kotlin.jvm.gradle.plugin @1.9.24 build";
    assert_eq!(shown(&gradle_version_catalogue(text)), expected);

    let text = format!(
        "<verification-metadata><components><component group=\"a.b\" name=\"c\" version=\"1.0\">\n\
         <artifact name=\"c-1.0.jar\"><sha256 value=\"{a}\" origin=\"x\"/></artifact>\n\
         <artifact name=\"c-1.0.pom\"><sha256 value=\"{b}\"/></artifact></component></components></verification-metadata>",
        a = "a".repeat(64),
        b = "b".repeat(64),
    );
    assert_eq!(
        shown(&gradle_verification_metadata(&text)),
        "locked\n1: maven a.b:c @1.0 sha256:aaaaaa"
    );
}
