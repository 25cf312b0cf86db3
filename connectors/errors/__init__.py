"""What each platform's errors mean, as the typed errors of the contract, in the words of a CM's language."""
