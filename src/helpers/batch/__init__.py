"""Many reports at once: plan, produce in processes of their own, publish whole."""
