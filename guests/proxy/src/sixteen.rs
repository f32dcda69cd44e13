//! Sixteen bytes at a time: in WebAssembly by its own vectors, elsewhere by the crate `wide`, which has them in WebAssembly only where the whole build,
//! the standard library included, is made for them. Of a build that is not, functions that ask for `simd128` may use them, and only into such are
//! these here inlined: see `bytes`.

#[cfg(target_arch = "wasm32")]
mod backend {
    use core::arch::wasm32::{i8x16_bitmask, i8x16_eq, u8x16_splat, u64x2, v128, v128_any_true, v128_or};

    pub type Vector = v128;

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn load(bytes: [u8; 16]) -> Vector {
        let [low, high] = [0, 1].map(|half| bytes.as_chunks().0.get(half).map_or(0, |eight| u64::from_le_bytes(*eight)));
        u64x2(low, high)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn equal(bytes: Vector, byte: u8) -> Vector {
        i8x16_eq(bytes, u8x16_splat(byte))
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn or(one: Vector, other: Vector) -> Vector {
        v128_or(one, other)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn tops(bytes: Vector) -> u16 {
        i8x16_bitmask(bytes)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn any(bytes: Vector) -> bool {
        v128_any_true(bytes)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod backend {
    pub type Vector = wide::u8x16;

    #[inline]
    pub fn load(bytes: [u8; 16]) -> Vector {
        Vector::new(bytes)
    }

    #[inline]
    pub fn equal(bytes: Vector, byte: u8) -> Vector {
        bytes.simd_eq(Vector::splat(byte))
    }

    #[inline]
    pub fn or(one: Vector, other: Vector) -> Vector {
        one | other
    }

    #[inline]
    pub fn tops(bytes: Vector) -> u16 {
        bytes.to_bitmask() as u16
    }

    #[inline]
    pub fn any(bytes: Vector) -> bool {
        bytes.any()
    }
}

pub use backend::{Vector, any, equal, load, or, tops};
