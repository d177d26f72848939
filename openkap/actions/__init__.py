"""Do: the only writers. Each act asks the policy and the gate, and appends, in one transaction."""
