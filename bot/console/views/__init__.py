"""Views: deciding on them, answering them, what people think of them."""
