environment          = "prod"
project_id           = "clarity-loop-prod"
github_repository_id = "0"
github_owner_id      = "0"
alert_emails         = ["alerts@example.com"]
monthly_budget       = 500
