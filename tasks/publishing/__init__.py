"""Shows insights and knowledge: digest as page, mail and Slack message; FAQ as page, Markdown and llms.txt."""
