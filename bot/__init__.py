"""Parlouvert: a bilingual chatbot for young people and open government. Importing it does nothing."""
