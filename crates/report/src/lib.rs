//! Renders reports: text, JSON, SARIF, JUnit, Markdown, HTML.
