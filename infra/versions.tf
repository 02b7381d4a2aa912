terraform {
  required_version = ">= 1.11"

  # terraform init -backend-config=bucket=PROJECT-tfstate: the bucket is made by hand (README, step 1).
  backend "gcs" {
    prefix = "clarity-loop"
  }

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "~> 6.50"
    }
  }
}

provider "google" {
  project               = var.project_id
  region                = var.region
  billing_project       = var.project_id
  user_project_override = true
}

provider "google-beta" {
  project               = var.project_id
  region                = var.region
  billing_project       = var.project_id
  user_project_override = true
}
