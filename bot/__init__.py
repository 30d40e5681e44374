"""Parlouvert, a bilingual chatbot for young people and open government; importing does nothing."""
